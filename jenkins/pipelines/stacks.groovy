// What the pipelines share. Load it from the deployed branch, never from a pull request.

// build makes the command line from what is checked out.
def build() {
  sh 'go build -o .cellworks/bin/cellctl ./cmd/cellctl'
}

// mine returns the stacks of a project that Jenkins works on. Its own is not among
// them: to deploy it would end the job that does so, and leave the stack locked. Nor is
// Okta's, which decides who may do what here, or Datadog's: their credentials are people's.
@NonCPS
def mine(stacks, project) {
  return stacks.findAll { it.project == project && !it.orphan && !(it.project == 'utility' && it.name ==~ /.*-(jenkins|okta|datadog)/) }
               .collect { "${it.project}/${it.name}".toString() }
               .findAll { it ==~ /[a-z]+\/[a-z0-9-]+/ }
}

// of returns them as they are in what is checked out.
def of(String project) {
  return mine(readJSON(text: sh(script: '.cellworks/bin/cellctl list --json', returnStdout: true)).stacks, project)
}

// locked runs body when nobody else works on any of the stacks.
def locked(List stacks, Closure body) {
  lock(resource: stacks.first(), extra: stacks.drop(1).collect { [resource: it] }) {
    body()
  }
}

// preview shows what up would do.
def preview(List stacks) {
  if (stacks) {
    sh ".cellworks/bin/cellctl preview --no-deps ${stacks.join(' ')}"
  }
}

// up brings stacks up. Those of other projects that they need are other agents' to
// bring up.
def up(List stacks) {
  if (stacks) {
    locked(stacks) {
      sh ".cellworks/bin/cellctl up --yes --no-deps ${stacks.join(' ')}"
    }
  }
}

// drifted reports whether the cloud is not what the states say, or the states are not
// what the deployed branch says. Both exit with 3 for that, and the first corrects the
// states, so that the second shows what up would undo.
def drifted(List stacks) {
  def codes = [0]
  if (stacks) {
    locked(stacks) {
      codes << sh(script: ".cellworks/bin/cellctl refresh --expect-no-changes ${stacks.join(' ')}", returnStatus: true)
      codes << sh(script: ".cellworks/bin/cellctl preview --no-deps --expect-no-changes ${stacks.join(' ')}", returnStatus: true)
    }
  }
  if (codes.any { it != 0 && it != 3 }) {
    error "the look for drift failed: exit codes ${codes.join(' ')}"
  }
  return codes.contains(3)
}

return this
