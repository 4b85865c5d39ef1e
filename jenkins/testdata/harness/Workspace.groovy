/** What one agent has on its disk. It starts with what the job is for, and goes with the agent. */
class Workspace {
  final String agent
  /** What is checked out, by folder. */
  final Map checkouts = ['': 'scm']
  /** The folders in which the command line has been built. */
  final Set built = []
  /** The folder that steps run in; '' is the workspace itself. */
  String dir = ''

  Workspace(String agent) { this.agent = agent }

  String path(Object name) { dir ? "${dir}/${name}" : name.toString() }

  /** Returns what a file comes from, and its path there. */
  List origin(Object name) {
    def path = path(name)
    def folder = checkouts.keySet().findAll { it == '' || path.startsWith(it + '/') }.max { it.size() }
    return [checkouts[folder], folder ? path.substring(folder.size() + 1) : path]
  }
}
