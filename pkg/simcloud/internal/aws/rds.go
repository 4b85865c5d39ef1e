package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// rdsValue and rdsCombination are how RDS refuses a value and values that do not go together.
func rdsValue(format string, a ...any) error {
	return resource.Faultf("InvalidParameterValue", format, a...)
}

func rdsCombination(format string, a ...any) error {
	return resource.Faultf("InvalidParameterCombination", format, a...)
}

func rdsARN(c *resource.Call, kind, name string) string {
	return fmt.Sprintf("arn:aws:rds:%s:%s:%s:%s", c.Region, c.Account, kind, name)
}

// rdsHost is the name of an endpoint: what begins it, then twelve letters and digits that are an account's in a region.
func rdsHost(c *resource.Call, begin string) string {
	return fmt.Sprintf("%sc%s.%s.rds.amazonaws.com", begin, shortHash("rds/"+c.Account+c.Region, 11), c.Region)
}

// rdsZone has the form of the hosted zone of a region's endpoints.
func rdsZone(c *resource.Call) string { return "Z" + strings.ToUpper(shortHash("rds/"+c.Region, 13)) }

// rdsResource is an id that a database keeps for life.
func rdsResource(c *resource.Call, prefix string) string {
	return prefix + c.Pick(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 26)
}

// rdsName is claimed by the database, cluster or group of an identifier.
func rdsName(c *resource.Call, kind, identifier string) string {
	return strings.Join([]string{"rds", kind, c.Account, c.Region, identifier}, "/")
}

// chooseIdentifier is the identifier that a program gives, or one that begins with its prefix or with the provider's.
func chooseIdentifier(c *resource.Call, property, otherwise string) string {
	if id := c.In.Str(property); id != "" {
		c.Default(property+"Prefix", "")
		return id
	}
	prefix := otherwise
	if given := c.In.Str(property + "Prefix"); given != "" {
		prefix = given
	}
	c.Default(property+"Prefix", prefix)
	c.Default(property, prefix+c.Hex(property, 26))
	return chosen(c, property)
}

// chosen is a string of the inputs or, where the program leaves it open, what the cloud chose.
func chosen(c *resource.Call, property string) string {
	s, _ := c.Eff(property).(string)
	return s
}

// longestDBIdentifier and longestDBPrefix are in characters; the provider appends 26 to a prefix.
const (
	longestDBIdentifier = 63
	longestDBPrefix     = 37
)

// checkDBIdentifier is what the provider and RDS ask of an identifier. It may be absent.
func checkDBIdentifier(v *resource.Validation, property string, longest int) {
	id := v.In.Str(property)
	if !v.In.Known(property) {
		return
	}
	switch {
	case !regexp.MustCompile(`^[0-9a-z-]+$`).MatchString(id):
		v.Fail(property, "only lowercase alphanumeric characters and hyphens allowed in %q", property)
	case id[0] < 'a' || id[0] > 'z':
		v.Fail(property, "first character of %q must be a letter", property)
	case strings.Contains(id, "--"):
		v.Fail(property, "%q cannot contain two consecutive hyphens", property)
	case strings.HasSuffix(id, "-") && !strings.HasSuffix(property, "Prefix"):
		v.Fail(property, "%q cannot end in a hyphen", property)
	case len(id) > longest:
		v.Fail(property, "InvalidParameterValue: The parameter %s is not a valid identifier because it is longer than %d characters.", property, longest)
	}
}

// checkFinalSnapshot is what the provider asks of the name of the snapshot that a deletion takes.
func checkFinalSnapshot(v *resource.Validation) {
	const property = "finalSnapshotIdentifier"
	id := v.In.Str(property)
	if !v.In.Known(property) {
		return
	}
	switch {
	case !regexp.MustCompile(`^[A-Za-z]`).MatchString(id):
		v.Fail(property, "invalid value for %s (must begin with alphabetic character)", property)
	case !regexp.MustCompile(`^[0-9A-Za-z-]+$`).MatchString(id):
		v.Fail(property, "invalid value for %s (must only contain alphanumeric characters and hyphens)", property)
	case strings.Contains(id, "--"):
		v.Fail(property, "invalid value for %s (cannot contain two consecutive hyphens)", property)
	case strings.HasSuffix(id, "-"):
		v.Fail(property, "invalid value for %s (cannot end in a hyphen)", property)
	}
}

// checkMaster checks the master user: its name, and a password that the program gives or RDS manages.
// Source: docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html.
func checkMaster(v *resource.Validation, user, password string) {
	name := v.In.Str(user)
	switch {
	case !v.In.Known(user):
	case !regexp.MustCompile(`^[A-Za-z][0-9A-Za-z_]{0,62}$`).MatchString(name):
		v.Fail(user, "InvalidParameterValue: The parameter MasterUsername must begin with a letter and contain only letters, digits and underscores, at most 63: %s", name)
	case slices.Contains([]string{"admin", "user", "all", "public", "rdsadmin", "rdsrepladmin", "rdstopmgr", "rds_superuser"}, strings.ToLower(name)):
		v.Fail(user, "InvalidParameterValue: MasterUsername %s cannot be used as it is a reserved word used by the engine", name)
	}
	secret := v.In.Str(password)
	switch {
	case !v.In.Known(password):
	case len(secret) < 8:
		v.Fail(password, "InvalidParameterValue: The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.")
	case len(secret) > 128:
		v.Fail(password, "InvalidParameterValue: The parameter MasterUserPassword is not a valid password because it is longer than 128 characters.")
	case strings.ContainsAny(secret, `/@" `) || strings.ContainsFunc(secret, func(r rune) bool { return r < '!' || r > '~' }):
		v.Fail(password, "InvalidParameterValue: The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.")
	}
	if v.In.Has("masterUserSecretKmsKeyId") && v.In.Known("manageMasterUserPassword") && !v.In.Bool("manageMasterUserPassword") {
		v.Fail("masterUserSecretKmsKeyId", "InvalidParameterCombination: MasterUserSecretKmsKeyId can be specified only when ManageMasterUserPassword is true.")
	}
}

// checkDatabaseName holds the name of the first database against PostgreSQL's rules.
func checkDatabaseName(v *resource.Validation, property string) {
	name := v.In.Str(property)
	switch {
	case !v.In.Known(property):
	case !regexp.MustCompile(`^[A-Za-z][0-9A-Za-z_]{0,62}$`).MatchString(name):
		v.Fail(property, "InvalidParameterValue: DBName must begin with a letter and contain only alphanumeric characters, at most 63: %s", name)
	case slices.Contains([]string{"db", "rdsadmin", "template0", "template1"}, strings.ToLower(name)):
		v.Fail(property, "InvalidParameterValue: Database name %s cannot be used because it is a reserved word.", name)
	}
}

// needDatabaseKey checks a key that a property names; RDS says alike of every one that it cannot use.
func needDatabaseKey(c *resource.Call, id string) error {
	if id == "" {
		return nil
	}
	if _, err := needKey(c, id); err != nil {
		return resource.Faultf("KMSKeyNotAccessibleFault", "The specified KMS key [%s] does not exist, is not enabled or you do not have permissions to access it.", id)
	}
	return nil
}

// ownDatabaseKey is the ARN of the key of AWS's own with which RDS encrypts when nobody names another.
func ownDatabaseKey(c *resource.Call) string {
	h := shortHash("aws/rds"+c.Account+c.Region, 32)
	return fmt.Sprintf("arn:aws:kms:%s:%s:key/%s-%s-4%s-a%s-%s", c.Region, c.Account, h[:8], h[8:12], h[13:16], h[17:20], h[20:])
}

// encrypt checks the key of the storage and sets what RDS chooses.
func encrypt(c *resource.Call) error {
	c.Default("storageEncrypted", false)
	own := ""
	if c.Eff("storageEncrypted") == true {
		own = ownDatabaseKey(c)
	}
	c.Default("kmsKeyId", own)
	return needDatabaseKey(c, c.In.Str("kmsKeyId"))
}

// manageMaster keeps the secret of a master user whose password RDS manages: it is made with the database's first change
// that asks for it and goes with the one that does not.
func manageMaster(c *resource.Call, kind string) error {
	var old store.Key
	for _, k := range c.Users(tokSecret) {
		old = k
	}
	if !c.In.Bool("manageMasterUserPassword") {
		c.Tx.Delete(old)
		c.Out("masterUserSecrets", resource.List[any]())
		return nil
	}
	key := c.In.Str("masterUserSecretKmsKeyId")
	if err := needDatabaseKey(c, key); err != nil {
		return err
	}
	if key == "" {
		key = "alias/aws/secretsmanager"
	}
	c.Default("masterUserSecretKmsKeyId", key)
	arn := old.ID
	if arn == "" {
		name := fmt.Sprintf("rds!%s-%s", kind, c.UUID("master secret"))
		arn = fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:%s-%s", c.Region, c.Account, name, c.Pick("master secret", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 6))
		c.Tx.Put(&store.Object{
			Key: store.Key{Type: tokSecret, Account: c.Account, Region: c.Region, ID: arn}, ARN: arn, Created: c.Now,
			Names: []string{fmt.Sprintf("secret/%s/%s/%s", c.Account, c.Region, name)}, Refs: []store.Key{c.Obj.Key},
			Outputs: map[string]any{"arn": arn, "name": name, "kmsKeyId": key, "description": "The secret associated with the primary RDS database"},
		})
	}
	c.Out("masterUserSecrets", resource.List(map[string]any{"secretArn": arn, "secretStatus": "active", "kmsKeyId": key}))
	return nil
}
