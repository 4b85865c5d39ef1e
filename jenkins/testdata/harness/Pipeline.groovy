import java.util.concurrent.TimeUnit

/** A block of directives. Its names are the directives alone, and what they may read. */
abstract class Block {
  final Steps steps
  private final Map given = [:]

  Block(Steps steps) { this.steps = steps }

  void fill(Closure body) {
    body.delegate = this
    body.resolveStrategy = Closure.DELEGATE_ONLY
    body.call()
  }

  Build build() { steps.harness() }

  /** Keeps a directive, which a block has once. */
  protected void keep(String name, Object value) {
    if (given.containsKey(name)) {
      throw new IllegalStateException("${getClass().simpleName} has ${name} twice")
    }
    given[name] = value
  }

  protected Object kept(String name) { given[name] }

  def propertyMissing(String name) {
    if (name in ['params', 'env']) {
      return steps.binding.getVariable(name)
    }
    throw new MissingPropertyException(name, getClass())
  }
}

class Pipeline extends Block {
  Pipeline(Steps steps) { super(steps) }

  final String none = 'none'

  void agent(String none) { keep('agent', null) }

  void agent(Closure body) { keep('agent', Agent.of(steps, body)) }

  void options(Closure body) { new Options(steps, 'pipeline').fill(body); keep('options', true) }

  void parameters(Closure body) { new Parameters(steps).fill(body); keep('parameters', true) }

  void stages(Closure body) { keep('stages', body) }

  void play(Closure body) {
    fill(body)
    def odd = build().request.params.keySet() - build().params.keySet()
    if (odd) {
      throw new IllegalArgumentException("the pipeline has no parameter ${odd.join(', ')}")
    }
    if (!kept('stages')) {
      throw new IllegalStateException('the pipeline has no stages')
    }
    build().on(kept('agent')) {
      def all = new Stages(steps)
      all.fill(kept('stages'))
      all.each { it.play() }
    }
  }
}

class Agent extends Block {
  Agent(Steps steps) { super(steps) }

  static String of(Steps steps, Closure body) {
    def agent = new Agent(steps)
    agent.fill(body)
    return agent.kept('label')
  }

  void label(String label) { keep('label', label) }
}

class Options extends Block {
  final String of

  Options(Steps steps, String of) { super(steps); this.of = of }

  private void option(String name, Object text) { keep(name, text); build().declared << [name: name, of: of, value: text.toString()] }

  void timeout(Map args) {
    Keys.only('timeout', args, 'time', 'unit')
    option('timeout', "${TimeUnit.valueOf(args.unit).toMinutes(args.time)} minutes")
  }

  void buildDiscarder(String rotation) { option('buildDiscarder', rotation) }

  String logRotator(Map args) {
    Keys.only('logRotator', args, 'numToKeepStr')
    return Integer.parseInt(args.numToKeepStr).toString()
  }

  void disableConcurrentBuilds() {
    if (of != 'pipeline') {
      throw new IllegalStateException('a stage cannot keep other builds away')
    }
    option('disableConcurrentBuilds', true)
  }

  void timestamps() { option('timestamps', true) }
}

class Parameters extends Block {
  Parameters(Steps steps) { super(steps) }

  void string(Map args) { parameter('string', args) }

  void text(Map args) { parameter('text', args) }

  private void parameter(String kind, Map args) {
    Keys.only(kind, args, 'name', 'defaultValue', 'description')
    keep(args.name, true)
    def build = build()
    build.params[args.name] = build.request.params.containsKey(args.name) ? build.request.params[args.name] : args.defaultValue
    build.declared << [name: args.name, of: "${kind}Param".toString(), value: args.defaultValue, description: args.description]
  }
}

class Stages extends Block implements Iterable<Stage> {
  private final List<Stage> all = []

  Stages(Steps steps) { super(steps) }

  void stage(String name, Closure body) {
    keep(name, true)
    def stage = new Stage(steps, name)
    stage.fill(body)
    all << stage
  }

  Iterator<Stage> iterator() { all.iterator() }
}

class Stage extends Block {
  final String name

  Stage(Steps steps, String name) { super(steps); this.name = name }

  void agent(Closure body) { keep('agent', Agent.of(steps, body)) }

  void options(Closure body) { new Options(steps, name).fill(body); keep('options', true) }

  void when(Closure body) { keep('when', body) }

  void input(Closure body) { keep('input', body) }

  void steps(Closure body) { keep('body', { steps.inside(body) }) }

  void parallel(Closure body) {
    keep('body', {
      def branches = new Stages(steps)
      branches.fill(body)
      // All of them end, whatever becomes of the others.
      def failures = branches.collect { branch ->
        try {
          branch.play()
          return null
        } catch (Failure f) {
          return f
        }
      }.findAll { it }
      if (failures) {
        throw failures.first()
      }
    })
  }

  void play() {
    if (!kept('body')) {
      throw new IllegalStateException("stage ${name} has neither steps nor parallel")
    }
    def outer = build().stage
    build().stage = name
    build().stages << name
    try {
      inStage()
    } finally {
      build().stage = outer
    }
  }

  private void inStage() {
    def when = new When(steps)
    if (kept('when')) {
      when.fill(kept('when'))
    }
    if (when.beforeInput && !when.holds()) {
      return
    }
    if (kept('input')) {
      new Input(steps).ask(kept('input'))
    }
    build().on(kept('agent')) {
      if (when.beforeInput || when.holds()) {
        kept('body').call()
      }
    }
  }
}

class When extends Block {
  private final List conditions = []
  boolean beforeInput = false

  When(Steps steps) { super(steps) }

  void beforeInput(boolean value) { beforeInput = value }

  void expression(Closure body) { conditions << { steps.inside(body) } }

  void environment(Map args) {
    Keys.only('environment', args, 'name', 'value')
    conditions << { build().env[args.name] == args.value }
  }

  boolean holds() { conditions.every { it.call() } }
}

class Input extends Block {
  Input(Steps steps) { super(steps) }

  void message(Object text) { keep('message', text.toString()) }

  void submitter(Object text) { keep('submitter', text.toString()) }

  void ask(Closure body) {
    fill(body)
    if (!kept('message')) {
      throw new IllegalStateException('input has no message')
    }
    build().did('input', kept('message'), submitter: kept('submitter'))
    if (!build().request.approve) {
      throw new Failure('ABORTED', 'nobody has approved')
    }
  }
}
