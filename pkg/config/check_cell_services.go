package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// services reports what the services' tags cannot say of them and of other parts of the
// cell together.
func (c *cellChecker) services() {
	c.router()
	c.secretCount()
	for i, s := range c.cell.Services.Items {
		p := itemPath("services.items", s.Name, i)
		if c.bad(p) {
			continue
		}
		if !c.inherited("services.items", i) {
			c.command(s.Command, p+".command")
			c.definition(s, p)
			c.deployment(s, p)
		}
		c.mounts(s, p)
		c.queueOf(s, p)
		c.protected(s, p)
	}
}

// maxSecrets is how many secrets the policies of the role that starts tasks have room for.
const maxSecrets = 100

// secretCount reports the first secret that is one too many.
func (c *cellChecker) secretCount() {
	if c.bad("services", "services.items") {
		return
	}
	seen := map[SecretRef]bool{}
	for i, s := range c.cell.Services.Items {
		for _, name := range sortedKeys(s.Secrets) {
			ref := s.Secrets[name]
			ref.Key = "" // of the same secret
			if seen[ref] = true; len(seen) > maxSecrets {
				c.problem(itemPath("services.items", s.Name, i)+".secrets."+name, fmt.Sprintf("services of the cell read more than %d secrets", maxSecrets),
					"keep several values in one secret: secretsmanager:<name>#<key>")
				return
			}
		}
	}
}

// router reports that lines go to the search and there is no image of what sends them.
func (c *cellChecker) router() {
	path, image := "services.logRouterImage", c.cell.Services.LogRouterImage
	if c.bad("services", "services.items", "logging", "logging.enabled", path) {
		return
	}
	if image != "" {
		if !c.known(path) {
			c.imageAt(path, image)
		}
		return
	}
	_, served := serving(c.running[ApplicationELK], c.at)
	sends := func(u Use) bool { return u.Application == ApplicationELK }
	if served && slices.ContainsFunc(c.cell.Uses(), sends) {
		c.problem(path, "lines of services go to application elk, and there is no image of the side car that sends them",
			"name AWS for Fluent Bit by digest, or set logging.enabled: false")
	}
}

// imageAt reports an image that is not named by its digest.
func (c *cellChecker) imageAt(path, image string) { c.byDigest(c.image, path, image) }

// byDigest is imageAt for every configuration. form is that of images.
func (c *checker) byDigest(form *regexp.Regexp, path, image string) {
	if form.MatchString(image) {
		return
	}
	suggestion := ""
	if !strings.Contains(image, "@sha256:") {
		suggestion = "a tag can be moved to another image; `docker buildx imagetools inspect IMAGE` prints the digest"
	}
	c.problem(path, fmt.Sprintf("%s is not an image by digest, want registry/repository@sha256:<64 hex digits>", show(image)), suggestion)
}

const (
	// maxDefinition is how much of a task definition may be a service's own: it has 65536
	// bytes, and what modules and side cars say is in there too
	// (docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html).
	maxDefinition = 30000
	// perWord and perVariable are what JSON adds to a word and a variable, and perSecret
	// is the ARN of a secret without its name.
	perWord, perVariable, perSecret = 3, 24, 130
)

// definition reports a service that says more than a task definition has room for.
func (c *cellChecker) definition(s Service, p string) {
	size := 0
	for _, word := range s.Command {
		size += len(word) + perWord
	}
	for name, value := range s.Environment {
		size += len(name) + len(value) + perVariable
	}
	for name, ref := range s.Secrets {
		size += len(name) + len(ref.Name) + len(ref.Key) + perSecret
	}
	if size > maxDefinition && !c.bad(p+".environment", p+".command", p+".secrets") {
		c.problem(c.set(p+".environment", p+".command", p+".secrets"), fmt.Sprintf("environment, command and secrets take %d bytes of the task definition, want at most %d", size, maxDefinition),
			"let the service read its settings from a bucket or a secret")
	}
}

// command reports words of a command that are empty: a shell would not pass them on.
func (c *cellChecker) command(words []string, path string) {
	for i, word := range words {
		if item := fmt.Sprintf("%s[%d]", path, i); word == "" && !c.bad(path, item) {
			c.problem(item, "a word of the command is empty", "remove it: every word is an item of its own, without quotes")
		}
	}
}

// deployment reports limits within which no new version could ever start: ECS rounds
// what may run down and what must run up
// (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html).
func (c *cellChecker) deployment(s Service, p string) {
	least, most := p+".minHealthyPercent", p+".maxHealthyPercent"
	if path := p + ".targetMemoryPercent"; !c.bad(path) && s.TargetMemoryPercent > 0 && s.TargetMemoryPercent < 10 {
		c.problem(path, fmt.Sprintf("%d is out of range, want 0 or 10 to 95", s.TargetMemoryPercent), "0 lets scaling ignore memory")
	}
	if c.bad(least, most, p+".minTasks") || s.MinTasks == 0 {
		return
	}
	keep, run := (s.MinTasks*s.MinHealthyPercent+99)/100, s.MinTasks*s.MaxHealthyPercent/100
	if run <= keep {
		c.problem(c.set(most, least), fmt.Sprintf("of %d tasks %d must stay up and at most %d may run: a new version could never start", s.MinTasks, keep, run),
			"raise maxHealthyPercent or lower minHealthyPercent")
	}
}

// mounts reports folders that do not exist, and two in one place.
func (c *cellChecker) mounts(s Service, p string) {
	points := names(c.cell.Files.AccessPoints, func(a AccessPoint) string { return a.Name })
	first := map[string]string{}
	for i, v := range s.Volumes {
		at := itemPath(p+".volumes", v.Name, i)
		if c.bad(p+".volumes", at) {
			continue
		}
		if c.cell.Files.Enabled && v.Name != "" && !slices.Contains(points, v.Name) && !c.bad(at+".name", "files", "files.accessPoints") {
			c.problem(at+".name", fmt.Sprintf("%s is not an access point of files.accessPoints", show(v.Name)), didYouMean(v.Name, points, "access points"))
		}
		if other, ok := first[v.Path]; ok && v.Path != "" && !c.bad(at+".path") {
			c.problem(at+".path", fmt.Sprintf("%s is already where %s is mounted", v.Path, other), "give each volume a path of its own")
			continue
		}
		first[v.Path] = at
		c.mountPath(s, v.Path, at+".path")
	}
}

// sessionFolders are where the agent of sessions in tasks keeps its files
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html).
var sessionFolders = []string{"/var/lib/amazon", "/var/log/amazon"}

// mountPath reports a place that is the kernel's, or that of the agent of sessions.
func (c *cellChecker) mountPath(s Service, volume, path string) {
	within := func(folder string) bool { return volume == folder || strings.HasPrefix(volume, folder+"/") }
	if c.bad(path) {
		return
	}
	if slices.ContainsFunc([]string{"/dev", "/proc", "/sys"}, within) {
		c.problem(path, fmt.Sprintf("%s is the kernel's: no task would start", volume), "mount the folder elsewhere")
	}
	if s.Exec && slices.ContainsFunc(sessionFolders, within) {
		c.problem(path, fmt.Sprintf("%s is where the agent of exec keeps its files", volume), "mount the folder elsewhere")
	}
}

// queueOf reports a queue that a service scales on and that the cell does not have.
func (c *cellChecker) queueOf(s Service, p string) {
	path := p + ".scaleOnQueue"
	queues := names(c.cell.Messaging.Queues, func(q Queue) string { return q.Name })
	if s.ScaleOnQueue == "" || !c.cell.Messaging.Enabled || slices.Contains(queues, s.ScaleOnQueue) || c.bad(path, "messaging", "messaging.queues") {
		return
	}
	c.problem(path, fmt.Sprintf("%s is not a queue of messaging.queues", show(s.ScaleOnQueue)), didYouMean(s.ScaleOnQueue, queues, "queues"))
}

// protected reports what a cell that is protected from deletion, one of production, does
// not do: let people into its tasks, and serve people from capacity that can go away.
func (c *cellChecker) protected(s Service, p string) {
	if !c.cell.DeletionProtection || c.bad("deletionProtection") {
		return
	}
	where := c.where("deletionProtection")
	if path := p + ".exec"; s.Exec && !c.bad(path) {
		c.problem(path, "sessions in running tasks are refused in a cell that is protected from deletion, as this one is by "+where, "set exec: false; what a task does is in its logs")
	}
	if path := p + ".capacity"; s.Capacity == FargateSpot && s.Expose.Scheme() != "" && !c.bad(path, p+".expose") {
		c.problem(path, "an exposed service of a cell that is protected from deletion, as this one is by "+where+", cannot run on capacity that AWS takes back",
			"set capacity: FARGATE, or expose: none")
	}
}
