/** Ends a build as a step of Jenkins does. Anything else that is thrown is a mistake in the pipeline. */
class Failure extends Exception {
  final String result

  Failure(String result, Object message) {
    super(message.toString())
    this.result = result
  }
}
