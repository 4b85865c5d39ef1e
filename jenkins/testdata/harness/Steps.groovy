import groovy.json.JsonSlurper

/**
 * What a pipeline is, and a script that it loads: its methods are the steps, those that
 * the pipelines use. Any other is a mistake, and missing.
 */
abstract class Steps extends Script {
  Build harness() { binding.getVariable('harness') as Build }

  void pipeline(Closure body) { new Pipeline(this).play(body) }

  def script(Closure body) { inside(body) }

  /** Runs body, whose names are the steps and functions of this script. */
  def inside(Closure body) {
    body.delegate = this
    body.resolveStrategy = Closure.DELEGATE_ONLY
    return body.call()
  }

  def sh(CharSequence command) { sh(script: command) }

  def sh(Map args) {
    harness().needed('sh')
    Keys.only('sh', args, 'script', 'returnStatus', 'returnStdout')
    if (args.returnStatus && args.returnStdout) {
      throw new IllegalArgumentException('sh returns its status or its output')
    }
    def command = args.script.toString()
    harness().did('sh', command)
    def answer = harness().answer(command)
    if (args.returnStatus) {
      return answer.code
    }
    if (answer.code != 0) {
      throw new Failure('FAILURE', "script returned exit code ${answer.code}")
    }
    return args.returnStdout ? answer.output : null
  }

  def load(CharSequence path) {
    def (source, file) = harness().needed('load').origin(path)
    harness().did('load', file, source: source)
    return harness().parse(new File(harness().request.root, file)).run()
  }

  def readJSON(Map args) {
    Keys.only('readJSON', args, 'text')
    return new JsonSlurper().parseText(args.text.toString())
  }

  boolean fileExists(CharSequence path) {
    return harness().request.files.contains(harness().needed('fileExists').path(path))
  }

  void archiveArtifacts(Map args) {
    harness().needed('archiveArtifacts')
    Keys.only('archiveArtifacts', args, 'artifacts')
    harness().did('archiveArtifacts', args.artifacts)
  }

  void lock(Map args, Closure body) {
    Keys.only('lock', args, 'resource', 'extra')
    args.extra.each { Keys.only('extra of lock', it, 'resource') }
    def wanted = [args.resource.toString()] + args.extra.collect { it.resource.toString() }
    def held = harness().locks
    if (wanted.toSet().size() != wanted.size() || wanted.any { held.contains(it) }) {
      throw new IllegalStateException("waits for a lock that it has: ${wanted}")
    }
    held.addAll(wanted)
    harness().did('lock', wanted.join(' '))
    try {
      body()
    } finally {
      held.removeAll(wanted)
    }
  }

  void echo(CharSequence message) { harness().did('echo', message) }

  void error(CharSequence message) { throw new Failure('FAILURE', message) }

  void unstable(CharSequence message) {
    harness().did('unstable', message)
    harness().worsen('UNSTABLE', message)
  }

  def dir(CharSequence path, Closure body) {
    def workspace = harness().needed('dir')
    def outer = workspace.dir
    workspace.dir = workspace.path(path)
    try {
      return body()
    } finally {
      workspace.dir = outer
    }
  }

  /** Is an argument of checkout. */
  Map scmGit(Map args) {
    Keys.only('scmGit', args, 'branches', 'userRemoteConfigs')
    args.branches.each { Keys.only('branches', it, 'name') }
    args.userRemoteConfigs.each { Keys.only('userRemoteConfigs', it, 'url', 'credentialsId') }
    if (args.branches.size() != 1 || args.userRemoteConfigs.size() != 1) {
      throw new IllegalArgumentException('one branch of one repository can be checked out')
    }
    return args
  }

  void checkout(Map scm) {
    def workspace = harness().needed('checkout')
    def remote = scm.userRemoteConfigs[0]
    def source = "${remote.url} ${scm.branches[0].name}".toString()
    workspace.checkouts[workspace.dir] = source
    harness().did('checkout', source, credentials: remote.credentialsId)
  }

  void jobDsl(Map args) {
    harness().needed('jobDsl')
    Keys.only('jobDsl', args, 'targets', 'removedJobAction', 'removedViewAction', 'lookupStrategy', 'failOnMissingPlugin', 'additionalParameters')
    harness().did('jobDsl', args.targets, parameters: args.additionalParameters, failOnMissingPlugin: args.failOnMissingPlugin)
  }
}
