// What the pipelines share. Load it from the deployed branch, never from a pull request.

// build makes the command line from what is checked out.
def build() {
  sh 'go build -o .cellworks/bin/cellctl ./cmd/cellctl'
}

// isOwn says whether a stack is that of Jenkins itself.
@NonCPS
def isOwn(stack) {
  return stack.project == 'utility' && stack.name ==~ /.*-jenkins/
}

// named returns the stacks of a project as the command line takes them, without orphans:
// that of Jenkins itself, or all others.
@NonCPS
def named(stacks, project, own) {
  return stacks.findAll { it.project == project && !it.orphan && isOwn(it) == own }
               .collect { "${it.project}/${it.name}".toString() }
               .findAll { it ==~ /[a-z]+\/[a-z0-9-]+/ }
}

// listed returns the stacks of what is checked out.
def listed() {
  return readJSON(text: sh(script: '.cellworks/bin/cellctl list --json', returnStdout: true)).stacks
}

// of returns the stacks of a project that its agents bring up. The stack of Jenkins is
// not among them: to bring it up would end the job that does so, and leave it locked.
def of(String project) {
  return named(listed(), project, false)
}

// own returns the stack of Jenkins.
def own() {
  return named(listed(), 'utility', true)
}

// seenBy returns the stacks that the agents of a project look at: every stack is looked
// at by one. That of Jenkins is made with rights of the base level, which sees it.
def seenBy(String project) {
  return project == 'base' ? of(project) + own() : of(project)
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
// bring up. Of what losses names, URNs that urns has checked, those of the same project
// may be deleted although they hold data.
def up(List stacks, List losses = []) {
  if (stacks) {
    def project = stacks.first().tokenize('/')[0]
    def allowed = losses.findAll { it.split('::')[1] == project }.collect { "--allow-data-loss '${it}' " }.join('')
    locked(stacks) {
      sh ".cellworks/bin/cellctl up --yes --no-deps ${allowed}${stacks.join(' ')}"
    }
  }
}

// changed reports whether up would do anything. The command exits with 3 for that.
def changed(List stacks) {
  if (!stacks) {
    return false
  }
  def code = sh(script: ".cellworks/bin/cellctl preview --no-deps --expect-no-changes ${stacks.join(' ')}", returnStatus: true)
  if (code != 0 && code != 3) {
    error "the preview failed: exit code ${code}"
  }
  return code == 3
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
