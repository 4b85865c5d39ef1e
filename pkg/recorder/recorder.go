// Package recorder builds AWS Config in one region of an account: the recorder,
// the bucket that it delivers to, and the rules of the HIPAA conformance pack that
// suit this platform's design.
package recorder

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cfg"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":recorder:Recorder"

	// physicalName is that of the recorder and the delivery channel: the one that
	// the service's own console gives, of which a region has one.
	physicalName = "default"

	// packName is the conformance pack's name, which auditors look for.
	packName = "hipaa-security"

	// noncurrentDays is how long a delivered file that was overwritten is kept.
	noncurrentDays = 30
)

// Args says what to record and where.
type Args struct {
	// OrganizationName is the organization's, with which the bucket's name begins.
	OrganizationName string
	// AccountID and Region are where the recorder is.
	AccountID, Region string
	// HomeRegion makes this the region that records the account's global resources,
	// such as roles, and evaluates the rules on them. Others would only repeat it.
	HomeRegion bool
	// Config is what is recorded and evaluated.
	Config config.BaseRecorder
	// Audit says how long delivered files are kept.
	Audit config.BaseAudit
	// KeyARN is the key of the account's logs; its policy holds KeyStatements.
	KeyARN pulumi.StringInput
	// AccessLogBucket is the name of the bucket for server access logs. Optional.
	AccessLogBucket pulumi.StringInput
	// ServiceRole is the service-linked role of config.amazonaws.com where this
	// stack makes it, and nil where it exists: it is the account's, not the region's.
	ServiceRole pulumi.Resource
	// AuthorizedVPCIDs are the VPCs that may have an internet gateway, at least one.
	// Only with the conformance pack.
	AuthorizedVPCIDs pulumi.StringArrayInput
	// PublicRouteTableIDs are the route tables that may lead to an internet gateway,
	// at least one. Only with the conformance pack.
	PublicRouteTableIDs pulumi.StringArrayInput
	// DeletionProtection makes Pulumi refuse to delete the bucket.
	DeletionProtection bool
}

// plan is what Args comes to, made before anything is registered.
type plan struct {
	bucket    bucket.Args
	frequency string
	template  string
}

// Recorder is AWS Config in one region.
type Recorder struct {
	pulumi.ResourceState

	// BucketName is the name of the bucket that files are delivered to; empty when
	// Config.Enabled is off.
	BucketName string
	// Status starts the recorder: what depends on it finds it recording. Nil when
	// Config.Enabled is off.
	Status *cfg.RecorderStatus

	name string
	args Args
	plan plan
}

// Outputs returns the bucket's name.
func (r *Recorder) Outputs() pulumi.Map {
	return pulumi.Map{"bucketName": pulumi.String(r.BucketName)}
}

// New builds what args describes. With Config.Enabled off it makes neither
// recorder nor bucket, and the conformance pack evaluates what another recorder of
// the region records. It fails, naming all that is wrong before any resource is
// registered, when a field that must be set is not, the delivery is at an interval
// that AWS Config does not know, or the bucket cannot be as Audit says.
//
// AWS Config wants its parts in one order: recorder, channel, start, conformance
// pack; and the reverse when they go.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Recorder, error) {
	p, err := args.resolve()
	if err != nil {
		return nil, fmt.Errorf("recorder %q: %w", name, err)
	}
	r := &Recorder{name: name, args: args, plan: p}
	return component.Register(ctx, token, name, r, opts, func(child pulumi.ResourceOption) error {
		if args.Config.Enabled {
			if err := r.record(ctx, child); err != nil {
				return err
			}
		}
		if args.Config.ConformancePack {
			return r.addPack(ctx, child)
		}
		return nil
	})
}

// resolve checks args and works out what follows from its plain values.
func (a Args) resolve() (plan, error) {
	var p plan
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"organization", a.OrganizationName}, {"account id", a.AccountID}, {"region", a.Region},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if a.Config.Enabled {
		errs = append(errs, a.resolveRecording(&p)...)
	}
	if a.Config.ConformancePack {
		if a.AuthorizedVPCIDs == nil {
			errs = append(errs, errors.New("authorized VPCs are not set, want those that have an internet gateway"))
		}
		if a.PublicRouteTableIDs == nil {
			errs = append(errs, errors.New("public route tables are not set, want those that lead to an internet gateway"))
		}
		template, err := Template(a.HomeRegion)
		if err != nil {
			errs = append(errs, err)
		}
		p.template = template
	}
	return p, errors.Join(errs...)
}

func (a Args) resolveRecording(p *plan) []error {
	var errs []error
	if p.frequency = frequency(a.Config.DeliveryHours); p.frequency == "" {
		errs = append(errs, fmt.Errorf("delivery every %d hours is not possible, want 1, 3, 6, 12 or 24", a.Config.DeliveryHours))
	}
	if a.OrganizationName == "" || a.AccountID == "" || a.Region == "" {
		return errs // the bucket's name is made of them
	}
	physical, err := naming.LogBucket(a.OrganizationName, a.AccountID, a.Region, contract.LogsRecorder)
	if err != nil {
		return append(errs, err)
	}
	p.bucket = a.bucket(physical)
	if err := p.bucket.Validate(); err != nil {
		errs = append(errs, err)
	}
	return errs
}

// frequency returns the name that AWS Config has for an interval, and "" for one
// that it does not know
// (docs.aws.amazon.com/config/latest/APIReference/API_ConfigSnapshotDeliveryProperties.html).
func frequency(hours int) string {
	switch hours {
	case 1:
		return "One_Hour"
	case 3:
		return "Three_Hours"
	case 6:
		return "Six_Hours"
	case 12:
		return "Twelve_Hours"
	case 24:
		return "TwentyFour_Hours"
	}
	return ""
}

// record adds the bucket, the recorder and its channel, and starts it.
func (r *Recorder) record(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	b, err := bucket.Add(ctx, r.name, r.plan.bucket, child)
	if err != nil {
		return err
	}
	recorder, err := r.addRecorder(ctx, child)
	if err != nil {
		return err
	}
	channel, err := cfg.NewDeliveryChannel(ctx, r.name, &cfg.DeliveryChannelArgs{
		Name:         pulumi.String(physicalName),
		S3BucketName: b.ID,
		S3KmsKeyArn:  r.args.KeyARN.ToStringOutput(),
		SnapshotDeliveryProperties: cfg.DeliveryChannelSnapshotDeliveryPropertiesArgs{
			DeliveryFrequency: pulumi.String(r.plan.frequency),
		},
	}, child, after(recorder, b.Policy))
	if err != nil {
		return err
	}
	status, err := cfg.NewRecorderStatus(ctx, r.name, &cfg.RecorderStatusArgs{
		Name:      recorder.Name,
		IsEnabled: pulumi.Bool(true),
	}, child, after(channel))
	if err != nil {
		return err
	}
	_, err = cfg.NewRetentionConfiguration(ctx, r.name, &cfg.RetentionConfigurationArgs{
		RetentionPeriodInDays: pulumi.Int(r.args.Config.RetentionDays),
	}, child, after(recorder))
	r.BucketName, r.Status = b.Name, status
	return err
}

// addRecorder adds the recorder, on the service-linked role: with any other role
// Security Hub's control Config.1 fails. The role's ARN never changes.
func (r *Recorder) addRecorder(ctx *pulumi.Context, child pulumi.ResourceOption) (*cfg.Recorder, error) {
	opts := []pulumi.ResourceOption{child}
	if r.args.ServiceRole != nil {
		opts = append(opts, after(r.args.ServiceRole))
	}
	return cfg.NewRecorder(ctx, r.name, &cfg.RecorderArgs{
		Name:    pulumi.String(physicalName),
		RoleArn: pulumi.String(ServiceRoleARN(r.args.AccountID, r.args.Region)),
		RecordingGroup: cfg.RecorderRecordingGroupArgs{
			AllSupported:               pulumi.Bool(true),
			IncludeGlobalResourceTypes: pulumi.Bool(r.args.HomeRegion),
		},
	}, opts...)
}

// addPack adds the conformance pack, after what starts the recorder if that is
// here.
func (r *Recorder) addPack(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	opts := []pulumi.ResourceOption{child}
	if r.Status != nil {
		opts = append(opts, after(r.Status))
	}
	_, err := cfg.NewConformancePack(ctx, r.name, &cfg.ConformancePackArgs{
		Name:         pulumi.String(packName),
		TemplateBody: pulumi.String(r.plan.template),
		InputParameters: cfg.ConformancePackInputParameterArray{
			cfg.ConformancePackInputParameterArgs{
				ParameterName:  pulumi.String(parameterVPCs),
				ParameterValue: list("authorized VPCs", r.args.AuthorizedVPCIDs),
			},
			cfg.ConformancePackInputParameterArgs{
				ParameterName:  pulumi.String(parameterRouteTables),
				ParameterValue: list("public route tables", r.args.PublicRouteTableIDs),
			},
		},
	}, opts...)
	return err
}

// list joins ids as a parameter of a rule wants them, the same for any order. It
// fails when there are none: a rule without its parameter allows nothing.
func list(what string, ids pulumi.StringArrayInput) pulumi.StringOutput {
	return ids.ToStringArrayOutput().ApplyT(func(ids []string) (string, error) {
		if len(ids) == 0 {
			return "", fmt.Errorf("recorder: %s: there are none, want at least one", what)
		}
		sorted := slices.Clone(ids)
		slices.Sort(sorted)
		return strings.Join(slices.Compact(sorted), ","), nil
	}).(pulumi.StringOutput)
}

func after(resources ...pulumi.Resource) pulumi.ResourceOption { return pulumi.DependsOn(resources) }
