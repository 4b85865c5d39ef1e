// Package jenkins tests the pipelines and jobs that this folder holds: it has no other
// code. What runs Jenkins itself is package cellworks/pkg/jenkins.
package jenkins
