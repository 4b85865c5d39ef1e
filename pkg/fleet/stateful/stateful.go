// Package stateful says which resources hold what nobody can make again: data,
// keys, and identities that others rely on. Deleting or replacing one of them is
// something that a person decides, by name.
//
// What a program writes itself is not on the list, because the next up writes it
// again: an object of a bucket, the version of a secret, a parameter, a certificate.
// Neither is what only points at data, such as aliases, policies and mount targets.
// Types that no program registers yet are on it, so that the first that does is safe.
package stateful

import "strings"

// held is what is lost with a resource, by type token, or by the tokens of its
// parent and itself where the type alone does not decide.
var held = map[string]string{
	// Keys: what they have encrypted is data that nobody can read any more.
	"aws:kms/externalKey:ExternalKey":                             "the only key to what it has encrypted",
	"aws:kms/key:Key":                                             "the only key to what it has encrypted",
	"aws:kms/replicaKey:ReplicaKey":                               "the key to what it has encrypted in its region",
	"aws:cloudhsmv2/cluster:Cluster":                              "the keys that it keeps",
	"aws:acmpca/certificateAuthority:CertificateAuthority":        "the key of an authority whose certificates are in use",
	"vault:index/mount:Mount":                                     "every secret and key below its path",
	"vault:index/namespace:Namespace":                             "everything that a tenant keeps in it",
	"vault:kv/secretV2:SecretV2":                                  "all versions of the secret",
	"vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert": "the key of an authority whose certificates are in use",
	"vault:transit/secretBackendKey:SecretBackendKey":             "the only key to what it has encrypted",
	"aws:secretsmanager/secret:Secret":                            "all versions of a value that somebody may have put there by hand",

	// Data, and the copies of it.
	"aws:s3/bucket:Bucket":                    "its objects with all their versions",
	"aws:s3/bucketV2:BucketV2":                "its objects with all their versions",
	"aws:rds/cluster:Cluster":                 "its databases and their automatic backups",
	"aws:rds/clusterSnapshot:ClusterSnapshot": "a backup",
	"aws:rds/instance:Instance":               "its databases and their automatic backups",
	"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": "the copies of backups in the other region",
	"aws:rds/snapshot:Snapshot":                                  "a backup",
	"aws:docdb/cluster:Cluster":                                  "its databases and their automatic backups",
	"aws:neptune/cluster:Cluster":                                "its databases and their automatic backups",
	"aws:redshift/cluster:Cluster":                               "its databases and their automatic backups",
	"aws:dynamodb/table:Table":                                   "its items and their continuous backups",
	"aws:efs/fileSystem:FileSystem":                              "its files",
	"aws:fsx/lustreFileSystem:LustreFileSystem":                  "its files",
	"aws:fsx/ontapFileSystem:OntapFileSystem":                    "its files",
	"aws:fsx/openZfsFileSystem:OpenZfsFileSystem":                "its files",
	"aws:fsx/windowsFileSystem:WindowsFileSystem":                "its files",
	"aws:ebs/snapshot:Snapshot":                                  "a backup",
	"aws:ebs/volume:Volume":                                      "its blocks",
	"aws:backup/vault:Vault":                                     "its recovery points",
	"aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": "its recovery points",
	"aws:elasticsearch/domain:Domain":                            "its indices",
	"aws:opensearch/domain:Domain":                               "its indices",
	"aws:elasticache/cluster:Cluster":                            "its entries and snapshots: sessions, and what was not written anywhere else yet",
	"aws:elasticache/replicationGroup:ReplicationGroup":          "its entries and snapshots: sessions, and what was not written anywhere else yet",
	"aws:memorydb/cluster:Cluster":                               "its entries and snapshots",
	"aws:sqs/queue:Queue":                                        "the messages that nobody has taken yet",
	"aws:kinesis/stream:Stream":                                  "the records that nobody has read yet",
	"aws:ecr/repository:Repository":                              "the images that running tasks come from",
	"cellworks:servergroup:Group$aws:autoscaling/group:Group":    "the servers whose disks have the Raft data of Consul or Vault",

	// Records: HIPAA wants them for six years (45 CFR 164.316(b)(2)(i)).
	"aws:cloudtrail/eventDataStore:EventDataStore": "records of who did what",
	"aws:cloudwatch/logGroup:LogGroup":             "log records, of audits among them",
	"datadog:index/logsIndex:LogsIndex":            "indexed log records",

	// Identities: others rely on them, and a new one is another one.
	"aws:cognito/userPool:UserPool":             "the accounts of its users",
	"aws:directoryservice/directory:Directory":  "the accounts of its users",
	"aws:route53/zone:Zone":                     "the name servers that the parent domain delegates to",
	"aws:transfer/server:Server":                "the address and host key that clients' programs know",
	"cellworks:transfer:Server$aws:ec2/eip:Eip": "an address that clients' networks let their programs out to",
	"okta:group/group:Group":                    "the members that people have put into it",
	"okta:idp/oidc:Oidc":                        "the people who sign in by a client's own provider, and the address that it sends them back to",
	"okta:idp/saml:Saml":                        "the people who sign in by a client's own provider, and the address that it sends them back to",
	"okta:user/user:User":                       "a person's account with its factors",
}

// Holds returns what is lost when the resource with a URN is deleted or replaced,
// or nothing when it can be made again.
func Holds(urn string) string {
	parts := strings.SplitN(urn, "::", 4)
	if len(parts) < 4 {
		return ""
	}
	chain := strings.Split(parts[2], "$")
	own := chain[len(chain)-1]
	if what := held[own]; what != "" || len(chain) < 2 {
		return what
	}
	return held[chain[len(chain)-2]+"$"+own]
}
