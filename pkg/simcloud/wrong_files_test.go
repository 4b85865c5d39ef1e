package simcloud_test

import (
	"strings"
	"testing"
)

func TestRefusesWrongFileSystems(t *testing.T) {
	t.Parallel()
	files := func(change props) func(*world) props { return changed("files", change) }
	policy := func(statement string) func(*world) props {
		return changed("files-policy", props{"policy": document(statement)})
	}
	refuses(t, []wrong{
		{"key without encryption", fileSystemType, files(props{"encrypted": nil}), `encrypted: encrypted must be set to true when kms_key_id is specified`},
		{"key that is none", fileSystemType, files(props{"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1"}), `api error BadRequest: Key arn:aws:kms:us-east-1:111122223333:key/1 does not exist`},
		{"provisioned without throughput", fileSystemType, files(props{"throughputMode": "provisioned"}), `provisionedThroughputInMibps is required for, and only for, throughputMode provisioned`},
		{"elastic and maxIO", fileSystemType, files(props{"performanceMode": "maxIO"}), `Performance mode maxIO is not supported`},
		{"two transitions in one", fileSystemType, files(props{"lifecyclePolicies": []any{props{"transitionToIa": "AFTER_30_DAYS", "transitionToArchive": "AFTER_90_DAYS"}}}), `can have only a single transition, got 2`},
		{"archive of bursting", fileSystemType, files(props{"throughputMode": "bursting", "lifecyclePolicies": []any{props{"transitionToArchive": "AFTER_90_DAYS"}}}), `Transition to Archive is only supported by`},
		{"age that is none", fileSystemType, files(props{"lifecyclePolicies": []any{props{"transitionToIa": "AFTER_45_DAYS"}}}), `got AFTER_45_DAYS`},
		{"token taken", fileSystemType, func(w *world) props {
			return props{"creationToken": w.res["files"].str("creationToken")}
		}, `api error FileSystemAlreadyExists: File system 'fs-0`},

		{"mount of no file system", mountTargetType, changed("files-0", props{"fileSystemId": "fs-1"}), `api error FileSystemNotFound: File system 'fs-1' does not exist.`},
		{"second mount in a zone", mountTargetType, changed("files-0", props{}), `api error MountTargetConflict: mount target already exists in this AZ`},
		{"mount in another VPC", mountTargetType, func(w *world) props {
			s := w.create(subnetType, "files-far", props{"vpcId": w.res["far"].ID, "cidrBlock": "10.32.77.0/24"})
			return props{"fileSystemId": w.res["files"].ID, "subnetId": s.ID}
		}, `requested subnet for new mount target is not in the same VPC as existing mount targets`},
		{"mount in no subnet", mountTargetType, changed("files-0", props{"subnetId": "subnet-1"}), `api error SubnetNotFound: The subnet ID 'subnet-1' does not exist`},
		{"mount with no group", mountTargetType, changed("files-0", props{"securityGroups": []any{"sg-1"}}), `api error SecurityGroupNotFound`},
		{"mount at a foreign address", mountTargetType, func(w *world) props {
			fs := w.create(fileSystemType, "addressed", props{})
			return props{"fileSystemId": fs.ID, "subnetId": w.subnet("app0"), "ipAddress": "10.16.17.5"}
		}, `Address 10.16.17.5 does not fall within the subnet's address range`},
		{"mount at a taken address", mountTargetType, func(w *world) props {
			fs := w.create(fileSystemType, "crowded", props{})
			return props{"fileSystemId": fs.ID, "subnetId": w.subnet("app1"), "ipAddress": "10.16.17.77"}
		}, `api error IpAddressInUse`},

		{"point of no file system", accessPointType, changed("home", props{"fileSystemId": "fs-1"}), `api error FileSystemNotFound`},
		{"point too deep", accessPointType, changed("home", props{"rootDirectory": props{"path": "/a/b/c/d/e"}}), `a path begins with / and has at most four levels`},
		{"point with modes in words", accessPointType, changed("home", props{"rootDirectory": props{"path": "/a", "creationInfo": props{"ownerUid": 1, "ownerGid": 1, "permissions": "rwx"}}}), `failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-7]{3,4}$`},

		{"policy of another service", filePolicyType, policy(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`), `InvalidPolicyException: Policy has invalid action: "s3:*"`},
		{"policy of another file system", filePolicyType, policy(`{"Effect":"Allow","Principal":"*","Action":"elasticfilesystem:ClientMount","Resource":"arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-1"}`), `api error InvalidPolicyException: The policy names the resource`},
		{"policy that locks out", filePolicyType, policy(`{"Effect":"Deny","Principal":"*","Action":"elasticfilesystem:*","Resource":"*"}`), `future PutFileSystemPolicy requests`},
		{"policy of nobody", filePolicyType, policy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/nobody"},"Action":"elasticfilesystem:ClientMount","Resource":"*"}`), `Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/nobody"`},
		{"backup of no file system", fileBackupType, changed("files-backup", props{"fileSystemId": "fs-1"}), `api error FileSystemNotFound`},
		{"backup perhaps", fileBackupType, changed("files-backup", props{"backupPolicy": props{"status": "ON"}}), `got ON`},
	})
}

// TestFileSystemsLastAsLongAsTheyAreMounted deletes what is in use.
func TestFileSystemsLastAsLongAsTheyAreMounted(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	refusesDelete(w, "files", "api error FileSystemInUse")
	refusesDelete(w, "files-group", "DependencyViolation")
}

// refusesDelete deletes a thing of the world that is in use.
func refusesDelete(w *world, name, want string) {
	w.t.Helper()
	if err := w.delete(w.res[name]); err == nil || !strings.Contains(err.Error(), want) {
		w.t.Errorf("deleting %s: %v, want %s", name, err, want)
	}
}
