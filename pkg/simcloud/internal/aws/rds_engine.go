package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
)

// dbEngine is what RDS knows of an engine.
type dbEngine struct {
	// Family is what a family of parameters begins with; the major version follows.
	Family string
	// Latest are the newest minor versions by major version.
	Latest map[int]string
	// Newest is the major version of a database for which the program asks for none.
	Newest int
	// Logs are what it sends to CloudWatch.
	Logs []string
}

// postgresPort is the port of a database for which the program asks for none.
const postgresPort = 5432

// The engines that are simulated.
const (
	enginePostgres = "postgres"
	engineAurora   = "aurora-postgresql"
)

// dbEngines are the simulated engines. Sources: docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes and
// …/AuroraPostgreSQLReleaseNotes as of 2025; log types from the user guides' pages on publishing to CloudWatch Logs.
func dbEngines() map[string]dbEngine {
	return map[string]dbEngine{
		enginePostgres: {
			Family: "postgres", Newest: 17, Logs: []string{"postgresql", "upgrade", "iam-db-auth-error"},
			Latest: map[int]string{12: "12.22", 13: "13.22", 14: "14.19", 15: "15.14", 16: "16.10", 17: "17.6", 18: "18.1"},
		},
		engineAurora: {
			Family: "aurora-postgresql", Newest: 17, Logs: []string{"postgresql", "instance", "iam-db-auth-error"},
			Latest: map[int]string{13: "13.22", 14: "14.19", 15: "15.14", 16: "16.10", 17: "17.6"},
		},
	}
}

// dbVersion splits a version; minor is -1 when only the major version is said.
func dbVersion(s string) (major, minor int, ok bool) {
	if !regexp.MustCompile(`^\d+(\.\d+)?$`).MatchString(s) {
		return 0, 0, false
	}
	first, second, full := strings.Cut(s, ".")
	major, err := strconv.Atoi(first)
	if err != nil {
		return 0, 0, false
	}
	if !full {
		return major, -1, true
	}
	minor, err = strconv.Atoi(second)
	return major, minor, err == nil
}

// checkEngine checks engine and version; only one engine is simulated for each type.
func checkEngine(v *resource.Validation, want string) {
	engine := v.In.Str("engine")
	if v.In.Known("engine") && engine != want {
		v.Fail("engine", "the simulated cloud does not simulate the engine %q here, only %q", engine, want)
		return
	}
	version := v.In.Str("engineVersion")
	if !v.In.Known("engineVersion") {
		return
	}
	major, minor, ok := dbVersion(version)
	if latest, known := dbEngines()[want].Latest[major]; !ok || !known || minor > 99 {
		v.Fail("engineVersion", "InvalidParameterCombination: Cannot find version %s for %s (newest of what the simulated cloud knows: %s)", version, want, latestOf(want, latest))
	}
}

// latestOf is the newest version of a major one or, when that is unknown, of the engine.
func latestOf(engine, latest string) string {
	if latest != "" {
		return latest
	}
	e := dbEngines()[engine]
	return e.Latest[e.Newest]
}

// checkLogExports checks which logs go to CloudWatch.
func checkLogExports(v *resource.Validation, engine string) {
	known := dbEngines()[engine].Logs
	for i, log := range v.In.Strs("enabledCloudwatchLogsExports") {
		if !slices.Contains(known, log) {
			v.Fail(fmt.Sprintf("enabledCloudwatchLogsExports[%d]", i), "InvalidParameterCombination: You cannot use the log types '%s' with engine %s. It has %s.", log, engine, strings.Join(known, ", "))
		}
	}
}

// chooseVersion sets the version that runs and refuses a change that RDS does not make. engine is the database's.
func chooseVersion(c *resource.Call, engine string) error {
	want, e := c.In.Str("engineVersion"), dbEngines()[engine]
	was := prop(c.Obj, "engineVersionActual")
	if was != "" && (want == "" || was == want || strings.HasPrefix(was, want+".")) {
		return nil
	}
	if want == "" {
		want = strconv.Itoa(e.Newest)
		c.Default("engineVersion", e.Latest[e.Newest])
	}
	major, minor, _ := dbVersion(want) // the check has refused other forms
	if minor < 0 {
		want = e.Latest[major]
		_, minor, _ = dbVersion(want)
	}
	if was != "" {
		oldMajor, oldMinor, _ := dbVersion(was)
		if major < oldMajor || major == oldMajor && minor < oldMinor {
			return rdsCombination("Cannot upgrade %s from %s to %s", engine, was, want)
		}
		if major > oldMajor && !c.In.Bool("allowMajorVersionUpgrade") {
			return rdsCombination("The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.")
		}
	}
	c.Out("engineVersionActual", want)
	return nil
}

// dbFamily is the family of the parameters of a database that runs.
func dbFamily(engine, version string) string {
	major, _, _ := dbVersion(version)
	return dbEngines()[engine].Family + strconv.Itoa(major)
}

// needParameters checks a parameter group that a property names, or sets the default one. The group is of the family of
// the version that runs.
func needParameters(c *resource.Call, typ, property, engine, version string) error {
	family := dbFamily(engine, version)
	name := c.In.Str(property)
	if name == "" || strings.HasPrefix(name, "default.") {
		if name != "" && name != "default."+family {
			return rdsCombination("The parameter group %s can't be used for this instance. Please use a parameter group with DBParameterGroupFamily %s", name, family)
		}
		if old := prop(c.Obj, property); old == "" || strings.HasPrefix(old, "default.") {
			c.Out(property, "default."+family)
			return nil
		}
		name = prop(c.Obj, property) // taking it out of the program leaves it
	}
	g := c.Regional(typ, name)
	if g == nil {
		return resource.Faultf("DBParameterGroupNotFound", "DBParameterGroup not found: %s", name)
	}
	if got := prop(g, "family"); got != family {
		return rdsCombination("The parameter group %s with DBParameterGroupFamily %s can't be used for this instance. Please use a parameter group with DBParameterGroupFamily %s", name, got, family)
	}
	return nil
}
