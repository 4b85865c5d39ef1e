package transfer_test

import (
	"net/netip"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/pulumitest"
	"cellworks/pkg/transfer"
)

func complete() transfer.Args {
	return transfer.Args{
		VPCID: "vpc-1", SubnetIDs: []string{"subnet-1", "subnet-2"}, Host: "sftp.us-east-1.nonprod.example.com", ZoneID: "Z1",
		AllowedCIDRs:   []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("198.51.100.7/32")},
		SecurityPolicy: "TransferSecurityPolicy-2024-01", Banner: "For authorized users only.", LogGroup: "/utility/sftp", LogRetentionDays: 365,
		LogKeyARN: pulumi.String("arn:aws:kms:us-east-1:111122223333:key/logs"), DeletionProtection: true,
	}
}

func TestNewBuildsTheServer(t *testing.T) {
	t.Parallel()
	recording := pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := transfer.New(ctx, "sftp", complete(), pulumitest.AWS(t, ctx))
		return err
	})
	recording.Golden(t, "server")
	for _, token := range []string{"aws:transfer/server:Server", "aws:ec2/eip:Eip"} {
		for _, res := range recording.OfType(token) {
			if !res.Protect {
				t.Errorf("%s is not protected: senders know its host key or address", res.URN)
			}
		}
	}
	if n := len(recording.OfType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")); n != 0 {
		t.Errorf("%d rules let the server out, want none", n)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	open := complete()
	open.AllowedCIDRs = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}
	for want, args := range map[string]transfer.Args{
		"sftp server \"sftp\": vpc, subnets, host, zone, security policy, log group and key must be set\nnobody may connect, want at least one network": {},
		`sftp server "sftp": 0.0.0.0/0 may connect, which is everybody, want named networks`:                                                            open,
	} {
		if _, err := transfer.New(nil, "sftp", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
