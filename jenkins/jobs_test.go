package jenkins_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// values returns what the blocks of jobs set, by path; the last argument when there are many.
func values(t *testing.T, o outcome) map[string]string {
	t.Helper()
	if o.Broken != "" {
		t.Fatal(o.Broken)
	}
	all := map[string]string{}
	for _, m := range o.Made {
		var args []string
		for _, arg := range m.Args {
			args = append(args, fmt.Sprint(arg))
		}
		if strings.HasSuffix(m.Path, "Param") {
			m.Path, args = m.Path+"/"+args[0], args[1:]
		}
		if _, twice := all[m.Path]; twice && len(args) > 0 && !strings.HasSuffix(m.Path, "Job") {
			t.Errorf("%s is set twice", m.Path)
		}
		all[m.Path] = strings.Join(args, "\n")
	}
	return all
}

// jobs returns what the seed and the script of the others make.
func jobs(t *testing.T) (seeded, platform map[string]string) {
	t.Helper()
	variables := strings.NewReplacer("${REPOSITORY}", "example/cellworks", "${REPOSITORY_BRANCH}", "main")
	outcomes := play(t,
		request{Jobs: variables.Replace(seed(t)), Params: map[string]string{}},
		request{Jobs: text(t, "jobs/platform.groovy"), Params: map[string]string{"REPOSITORY": "example/cellworks", "REPOSITORY_BRANCH": "main"}},
	)
	return values(t, outcomes[0]), values(t, outcomes[1])
}

func TestJobsRunThePipelinesOfTheDeployedBranch(t *testing.T) {
	t.Parallel()
	seeded, platform := jobs(t)
	found := []string{"preview.Jenkinsfile"}
	for _, name := range []string{"seed", "deploy", "drift", "onboard"} {
		made := platform
		if name == "seed" {
			made = seeded
		}
		script := "jenkins/pipelines/" + name + ".Jenkinsfile"
		found = append(found, filepath.Base(script))
		definition := "pipelineJob(" + name + ")/definition/cpsScm/"
		for path, want := range map[string]string{
			"scriptPath": script, "lightweight": "true", "scm/git/branch": "main",
			"scm/git/remote/url": "https://github.com/example/cellworks.git", "scm/git/remote/credentials": "repository",
		} {
			if got := made[definition+path]; got != want {
				t.Errorf("%s%s = %q, want %q", definition, path, got, want)
			}
		}
	}
	for _, file := range files(t, "pipelines/*.Jenkinsfile") {
		if !slices.Contains(found, filepath.Base(file)) {
			t.Errorf("no job runs %s", file)
		}
	}
	if platform["pipelineJob(drift)/properties/pipelineTriggers/triggers/cron/spec"] == "" || platform["pipelineJob(deploy)/properties/pipelineTriggers/triggers/pollSCM/scmpoll_spec"] == "" {
		t.Error("nothing starts drift each night, or deploy for a change")
	}
	for path := range platform {
		if strings.HasPrefix(path, "pipelineJob(onboard)/properties") {
			t.Errorf("%s: onboard starts by itself", path)
		}
	}
}

func TestPullRequestsDoNotBringTheirPipeline(t *testing.T) {
	t.Parallel()
	_, platform := jobs(t)
	const job = "multibranchPipelineJob(preview)/"
	const source = job + "branchSources/branchSource/source/github/"
	for path, want := range map[string]string{
		"configFiles/groovyScript/id":                                   "preview",
		"configFiles/groovyScript/content":                              text(t, "pipelines/preview.Jenkinsfile"),
		job + "factory/pipelineBranchDefaultsProjectFactory/scriptId":   "preview",
		job + "factory/pipelineBranchDefaultsProjectFactory/useSandbox": "true",
		source + "repoOwner":                                            "example", source + "repository": "cellworks", source + "repositoryUrl": "https://github.com/example/cellworks.git",
		source + "traits/gitHubPullRequestDiscovery/strategyId": "1",
	} {
		if got := platform[path]; got != want {
			t.Errorf("%s = %q, want %q", path, got, want)
		}
	}
	for path := range platform {
		for _, wrong := range []string{"workflowBranchProjectFactory", "gitHubForkDiscovery", "gitHubBranchDiscovery"} {
			if strings.HasSuffix(path, wrong) {
				t.Errorf("%s: others would decide what it does", path)
			}
		}
	}
}

func TestJobsHaveTheParametersOfTheirPipelinesAndEndInTime(t *testing.T) {
	t.Parallel()
	_, platform := jobs(t)
	requests := map[string]request{}
	for _, file := range files(t, "pipelines/*.Jenkinsfile") {
		name := strings.TrimSuffix(filepath.Base(file), ".Jenkinsfile")
		requests[name] = run(name, nil)
	}
	want, got := map[string]string{}, map[string]string{}
	for path, value := range platform {
		if strings.Contains(path, "/parameters/") {
			want[path] = value
		}
	}
	for name, o := range playAll(t, requests) {
		options := map[string]bool{}
		for _, d := range o.Declared {
			options[d.Of+" "+d.Name] = true
			if strings.HasSuffix(d.Of, "Param") {
				got[fmt.Sprintf("pipelineJob(%s)/parameters/%s/%s", name, d.Of, d.Name)] = d.Value + "\n" + d.Description
			}
		}
		for _, option := range []string{"timeout", "buildDiscarder", "timestamps"} {
			if !options["pipeline "+option] {
				t.Errorf("%s has no %s", name, option)
			}
		}
		if changes := name == "deploy" || name == "drift" || name == "seed"; changes && !options["pipeline disableConcurrentBuilds"] {
			t.Errorf("%s runs beside itself", name)
		}
	}
	if len(want) != 5 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("pipelines have the parameters\n%v\njobs\n%v", got, want)
	}
}

func TestTheSeedMakesTheJobsOfThisFolder(t *testing.T) {
	t.Parallel()
	o := playAll(t, map[string]request{"": run("seed", nil)})[""]
	if o.Result != "SUCCESS" || len(o.Events) != 2 || o.Events[1].Step != "jobDsl" || o.Events[1].Agent != "check" {
		t.Fatalf("%s: %+v", o.Result, o.Events)
	}
	e := o.Events[1]
	if e.Parameters["REPOSITORY"] != "example/cellworks" || e.Parameters["REPOSITORY_BRANCH"] != "main" || len(e.Parameters) != 2 || !e.FailOnMissingPlugin {
		t.Errorf("jobDsl = %+v", e)
	}
	if made, err := filepath.Glob(filepath.Join("..", e.Text)); err != nil || len(made) != 1 || made[0] != "../jenkins/jobs/platform.groovy" {
		t.Errorf("%s names %v, %v", e.Text, made, err)
	}
	// What the scripts of jobs read is there.
	for _, path := range regexp.MustCompile(`readFileFromWorkspace\('([^']+)'`).FindAllStringSubmatch(text(t, "jobs/platform.groovy"), -1) {
		if _, err := os.Stat(filepath.Join("..", path[1])); err != nil {
			t.Error(err)
		}
	}
}
