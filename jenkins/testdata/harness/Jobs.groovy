import org.codehaus.groovy.control.CompilerConfiguration

/** A script of the Job DSL: makes the jobs, and says of each block what is set in it. */
abstract class Jobs extends Script {
  static Map outcome(Map request) {
    def made = []
    try {
      def config = new CompilerConfiguration()
      config.scriptBaseClass = Jobs.name
      def binding = new Binding([:] + request.params)
      def script = new GroovyShell(Jobs.classLoader, binding, config).parse(request.jobs, 'jobs.groovy')
      script.begin(new Item(script, '', '', request.root, made))
      script.run()
    } catch (Throwable t) {
      return [made: made, broken: t.toString()]
    }
    return [made: made]
  }

  private Item item

  void begin(Item item) { this.@item = item }

  def methodMissing(String name, args) { item.set(name, args as List) }
}

/** A block of a job. Its names are those that the plugins have for it. */
class Item {
  static final Map KNOWN = [
    '': ['configFiles', 'multibranchPipelineJob', 'pipelineJob'],
    'configFiles': ['groovyScript'],
    'configFiles/groovyScript': ['id', 'name', 'comment', 'content'],
    'multibranchPipelineJob': ['description', 'branchSources', 'factory', 'triggers', 'orphanedItemStrategy'],
    'multibranchPipelineJob/branchSources': ['branchSource'],
    'multibranchPipelineJob/branchSources/branchSource': ['source'],
    'multibranchPipelineJob/branchSources/branchSource/source': ['github'],
    'multibranchPipelineJob/branchSources/branchSource/source/github': ['id', 'configuredByUrl', 'repositoryUrl', 'repoOwner', 'repository', 'credentialsId', 'traits'],
    'multibranchPipelineJob/branchSources/branchSource/source/github/traits': ['gitHubPullRequestDiscovery', 'gitHubForkDiscovery', 'gitHubBranchDiscovery'],
    'multibranchPipelineJob/branchSources/branchSource/source/github/traits/gitHubPullRequestDiscovery': ['strategyId'],
    'multibranchPipelineJob/factory': ['pipelineBranchDefaultsProjectFactory', 'workflowBranchProjectFactory'],
    'multibranchPipelineJob/factory/pipelineBranchDefaultsProjectFactory': ['scriptId', 'useSandbox'],
    'multibranchPipelineJob/triggers': ['periodicFolderTrigger'],
    'multibranchPipelineJob/triggers/periodicFolderTrigger': ['interval'],
    'multibranchPipelineJob/orphanedItemStrategy': ['discardOldItems'],
    'multibranchPipelineJob/orphanedItemStrategy/discardOldItems': ['numToKeep'],
    'pipelineJob': ['description', 'parameters', 'properties', 'definition'],
    'pipelineJob/parameters': ['stringParam', 'textParam'],
    'pipelineJob/properties': ['disableConcurrentBuilds', 'pipelineTriggers'],
    'pipelineJob/properties/pipelineTriggers': ['triggers'],
    'pipelineJob/properties/pipelineTriggers/triggers': ['cron', 'pollSCM'],
    'pipelineJob/properties/pipelineTriggers/triggers/cron': ['spec'],
    'pipelineJob/properties/pipelineTriggers/triggers/pollSCM': ['scmpoll_spec'],
    'pipelineJob/definition': ['cpsScm'],
    'pipelineJob/definition/cpsScm': ['scm', 'scriptPath', 'lightweight'],
    'pipelineJob/definition/cpsScm/scm': ['git'],
    'pipelineJob/definition/cpsScm/scm/git': ['remote', 'branch'],
    'pipelineJob/definition/cpsScm/scm/git/remote': ['url', 'credentials'],
  ]

  final Script script
  /** The names of the blocks around this one, and with their arguments. */
  final String kind, path, root
  final List made

  Item(Script script, String kind, String path, String root, List made) {
    this.script = script
    this.kind = kind
    this.path = path
    this.root = root
    this.made = made
  }

  String readFileFromWorkspace(String file) { new File(root, file).text }

  def methodMissing(String name, args) { set(name, args as List) }

  def propertyMissing(String name) { script.binding.getVariable(name) }

  def set(String name, List args) {
    if (!(name in KNOWN[kind])) {
      throw new MissingMethodException(name, getClass(), args as Object[])
    }
    def body = args && args.last() instanceof Closure ? args.last() : null
    def plain = body ? args.take(args.size() - 1) : args
    def inner = path ? "${path}/${name}".toString() : name
    made << [path: inner, args: plain.collect { it instanceof GString ? it.toString() : it }]
    def item = new Item(script, kind ? "${kind}/${name}".toString() : name, plain ? "${inner}(${plain[0]})".toString() : inner, root, made)
    if (body) {
      body.delegate = item
      body.resolveStrategy = Closure.DELEGATE_ONLY
      body.call()
    }
    return item
  }
}
