package config

import (
	"slices"
	"strings"
)

// databaseFamilies are the families of instance classes that run PostgreSQL of an engine
// in current generations
// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html and
// docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html).
// What a region offers of them only RDS knows.
func databaseFamilies(engine Engine) []string {
	if engine == EngineAurora {
		return []string{"r5", "r6g", "r6gd", "r6i", "r6id", "r7g", "r7i", "r8g", "t3", "t4g", "x2g"}
	}
	return []string{
		"m5", "m5d", "m6g", "m6gd", "m6i", "m6id", "m6idn", "m6in", "m7g", "m7i", "m8g", "r5", "r5b", "r5d", "r6g", "r6gd", "r6i", "r6id", "r6idn", "r6in", "r7g", "r7i", "r8g",
		"t3", "t4g", "x2g", "x2idn", "x2iedn",
	}
}

// smallDatabases are the sizes of burstable classes that Aurora does not take (the page
// above).
func smallDatabases() []string { return []string{"micro", "small", "xlarge", "2xlarge"} }

// databaseClass says what is wrong with the class of an engine, and what would be right;
// nothing when it is one.
func databaseClass(engine Engine, class string) (wrong, remedy string) {
	if class == ServerlessClass {
		if engine == EngineAurora {
			return "", ""
		}
		return class + " is Aurora's alone, but the engine is " + string(engine), "set engine: aurora, or a class such as db.m7g.large"
	}
	family, size, _ := strings.Cut(strings.TrimPrefix(class, "db."), ".")
	known := databaseFamilies(engine)
	switch {
	case !slices.Contains(known, family):
		return "engine " + string(engine) + " has no classes " + show("db."+family), didYouMean(family, known, "families")
	case !slices.Contains([]string{"micro", "small", "medium", "large", "xlarge"}, size) && !strings.HasSuffix(size, "xlarge"):
		return "class " + show(class) + " has no size, want for example db." + family + ".large", ""
	case engine == EngineAurora && strings.HasPrefix(family, "t") && slices.Contains(smallDatabases(), size):
		return "Aurora has no class " + class, "the burstable ones are db." + family + ".medium and db." + family + ".large"
	case !strings.HasPrefix(family, "t") && slices.Contains([]string{"micro", "small", "medium"}, size):
		return "family " + family + " has no size " + size, "its smallest is large"
	}
	return "", ""
}
