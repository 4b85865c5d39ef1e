// Reads what to run from standard input, a list, and writes what each did. A run is that
// of a pipeline, or of a script of jobs.
import groovy.json.JsonOutput
import groovy.json.JsonSlurper

def requests = new JsonSlurper().parse(System.in, 'UTF-8')
println JsonOutput.toJson(requests.collect { it.pipeline ? new Build(it).outcome() : Jobs.outcome(it) })
