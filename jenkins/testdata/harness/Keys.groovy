/** Arguments by name: those that are not known here are mistakes, or new. */
class Keys {
  static void only(String step, Map given, String... known) {
    def odd = given.keySet() - (known as Set)
    if (odd) {
      throw new IllegalArgumentException("${step} takes ${known.join(', ')} here, not ${odd.join(', ')}")
    }
  }
}
