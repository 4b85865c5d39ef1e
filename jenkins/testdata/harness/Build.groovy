import com.cloudbees.groovy.cps.NonCPS
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.customizers.ImportCustomizer

/** One run of a pipeline, and what it did. */
class Build {
  static final List RESULTS = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'ABORTED']
  static final String BUILD = 'go build -o .cellworks/bin/cellctl ./cmd/cellctl'

  final Map request
  final Map env
  /** The parameters that the pipeline declares, with the values of this run. */
  final Map params = [:]
  final Map currentBuild = [:]
  final List events = []
  final List declared = []
  final List locks = []
  final List stages = []
  String stage = ''
  String result = 'SUCCESS'
  String message = ''
  Workspace workspace
  final Binding binding

  Build(Map request) {
    this.request = request
    env = [:] + request.env
    binding = new Binding(harness: this, env: env, params: params, currentBuild: currentBuild)
  }

  Map outcome() {
    String broken = null
    try {
      parse(new File(request.pipeline)).run()
      if (!stages) {
        throw new IllegalStateException('no stage has run')
      }
    } catch (Failure f) {
      worsen(f.result, f.message)
    } catch (Throwable t) {
      def at = t.stackTrace.find { it.fileName ==~ /.*\.Jenkinsfile|stacks\.groovy/ }
      broken = at ? "${at.fileName}:${at.lineNumber}: ${t}" : t.toString()
    }
    return [events: events, declared: declared, displayName: currentBuild.displayName, result: result, message: message, broken: broken]
  }

  Script parse(File file) {
    def config = new CompilerConfiguration()
    config.scriptBaseClass = Steps.name
    config.addCompilationCustomizers(new ImportCustomizer().addImports(NonCPS.name))
    return new GroovyShell(getClass().classLoader, binding, config).parse(file)
  }

  void did(Map more = [:], String step, Object text) {
    events << [step: step, text: text.toString(), stage: stage, agent: workspace?.agent, dir: workspace?.dir, locks: [] + locks] + more
  }

  void worsen(String to, Object why) {
    if (RESULTS.indexOf(to) > RESULTS.indexOf(result)) {
      result = to
      message = why.toString()
    }
  }

  /** Returns the workspace, which only an agent has. */
  Workspace needed(String step) {
    if (workspace == null) {
      throw new IllegalStateException("${step} needs an agent")
    }
    return workspace
  }

  /** Returns what a command prints and exits with. */
  Map answer(String command) {
    if (command == BUILD) {
      workspace.built << workspace.dir
    }
    if (command.startsWith('.cellworks/bin/') && !workspace.built.contains(workspace.dir)) {
      throw new IllegalStateException("${command}: has not been built on this agent")
    }
    def found = request.answers.find { command ==~ it.command && (!it.agent || it.agent == workspace.agent) }
    if (found == null) {
      throw new IllegalStateException("the test has no answer to: ${command}")
    }
    return found
  }

  /** Runs body on an agent of a kind, new and empty but for the checkout. */
  void on(String label, Closure body) {
    if (label == null) {
      body()
      return
    }
    def outer = workspace
    workspace = new Workspace(label)
    did('agent', label)
    try {
      body()
    } finally {
      workspace = outer
    }
  }
}
