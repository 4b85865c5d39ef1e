package config

import (
	"fmt"
	"slices"
	"strings"
)

// cacheSizes returns the sizes of a family of node types that run Valkey with everything
// encrypted (docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html);
// nil for none. Types with data on disks too (r6gd) are not among them.
func cacheSizes(family string) []string {
	large := func(sizes ...string) []string { return append([]string{"large", "xlarge"}, sizes...) }
	switch family {
	case "t3", "t4g":
		return []string{"micro", "small", "medium"}
	case "m5", "r5":
		return large("2xlarge", "4xlarge", "12xlarge", "24xlarge")
	case "m6g", "m7g", "r6g", "r7g", "c7gn":
		return large("2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
	}
	return nil
}

func cacheFamilies() []string {
	return []string{"c7gn", "m5", "m6g", "m7g", "r5", "r6g", "r7g", "t3", "t4g"}
}

// cache reports a node type that there is not.
func (c *cellChecker) cache() {
	const path = "cache.nodeType"
	if !c.cell.Cache.Enabled || c.bad("cache", "cache.enabled", path) || c.known(path) && c.known("cache.enabled") {
		return
	}
	family, size, _ := strings.Cut(strings.TrimPrefix(c.cell.Cache.NodeType, "cache."), ".")
	switch sizes := cacheSizes(family); {
	case sizes == nil:
		c.problem(path, fmt.Sprintf("there are no node types %s for Valkey", show("cache."+family)), didYouMean(family, cacheFamilies(), "families"))
	case !slices.Contains(sizes, size):
		c.problem(path, fmt.Sprintf("family %s has no size %s", family, show(size)), didYouMean(size, sizes, "sizes"))
	}
}
