package config_test

import "testing"

func TestErrorsOfFileSystems(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"nothing leads to it", cell("files: {enabled: true}"), []string{
			`configs/clients/acme/cell.yaml:5:18: files.enabled: the file system has no access point, and nothing else leads to the files (list at least one in files.accessPoints, for example: [{name: reports}])`,
		}},
		{"access points and volumes", cell("files:", "  enabled: true", "  throughput: provisioned", "  infrequentAccessDays: 10", "  accessPoints: [{name: reports, userID: 0}]",
			"services: {items: [{name: api, volumes: [{name: report, path: /data}, {name: reports, path: data}]}]}"), []string{
			`configs/clients/acme/cell.yaml:7:15: files.throughput: "provisioned" is not known, want one of elastic, bursting`,
			`configs/clients/acme/cell.yaml:8:25: files.infrequentAccessDays: 10 is not known, want one of 0, 1, 7, 14, 30, 60, 90, 180, 270, 365`,
			`configs/clients/acme/cell.yaml:9:42: files.accessPoints[reports].userID: 0 is out of range, want 1 to 65535`,
			`configs/clients/acme/cell.yaml:10:49: services.items[api].volumes[report].name: "report" is not an access point of files.accessPoints (did you mean "reports"? access points: reports)`,
			`configs/clients/acme/cell.yaml:10:93: services.items[api].volumes[reports].path: "data" is not valid, want an absolute path of letters, digits, dots, dashes, underscores and slashes, without //, . and .. and without a slash at its end`,
		}},
		{"cache", cell("cache: {enabled: true, nodeType: t4g.small, version: \"6.2\", replicas: 6}"), []string{
			`configs/clients/acme/cell.yaml:5:34: cache.nodeType: "t4g.small" is not valid, want a node type, such as cache.t4g.small`,
			`configs/clients/acme/cell.yaml:5:54: cache.version: "6.2" is not known, want one of 7.2, 8.0 (did you mean "7.2"?)`,
			`configs/clients/acme/cell.yaml:5:71: cache.replicas: 6 is out of range, want 0 to 5`,
		}},
	})
}
