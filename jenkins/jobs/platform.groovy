// The jobs, made by the job seed. REPOSITORY and REPOSITORY_BRANCH are given by it.

// No variable is called as a block is: to Groovy name('preview') were a call of what the
// variable name holds.
def address = "https://github.com/${REPOSITORY}.git"
def (account, project) = REPOSITORY.tokenize('/')

// Pipelines are always those of the deployed branch.
def pipelineOf = { job, file ->
  job.definition {
    cpsScm {
      scm {
        git {
          remote {
            url(address)
            credentials('repository')
          }
          branch(REPOSITORY_BRANCH)
        }
      }
      scriptPath("jenkins/pipelines/${file}.Jenkinsfile")
      lightweight(true)
    }
  }
}

// The pipeline of pull requests is the one of the deployed branch, kept by Jenkins: who
// may push a branch must not decide on which agents it runs.
configFiles {
  groovyScript {
    id('preview')
    name('preview')
    comment('jenkins/pipelines/preview.Jenkinsfile of the deployed branch')
    content(readFileFromWorkspace('jenkins/pipelines/preview.Jenkinsfile'))
  }
}

// Only pull requests of branches of the repository: forks are anybody's.
multibranchPipelineJob('preview') {
  description('Shows what a pull request would change, in every stack.')
  branchSources {
    branchSource {
      source {
        github {
          id('preview')
          configuredByUrl(false)
          repositoryUrl(address)
          repoOwner(account)
          repository(project)
          credentialsId('repository')
          traits {
            gitHubPullRequestDiscovery {
              strategyId(1) // merged into the target
            }
          }
        }
      }
    }
  }
  factory {
    pipelineBranchDefaultsProjectFactory {
      scriptId('preview')
      useSandbox(true)
    }
  }
  triggers {
    periodicFolderTrigger { interval('2m') }
  }
  orphanedItemStrategy {
    discardOldItems { numToKeep(20) }
  }
}

pipelineOf(pipelineJob('deploy') {
  description('Brings every stack up to what the deployed branch says.')
  parameters {
    textParam('ALLOW_DATA_LOSS', '', 'URNs, one on each line, of what may be deleted or replaced although it holds data. An administrator approves.')
  }
  properties {
    pipelineTriggers { triggers { pollSCM { scmpoll_spec('H/2 * * * *') } } }
  }
}, 'deploy')

pipelineOf(pipelineJob('onboard') {
  description('Builds the cell of one client, and makes its file when the deployed branch has none.')
  parameters {
    stringParam('CLIENT', '', 'Name of the client: the folder below configs/clients.')
    stringParam('ACCOUNT', '', 'For a client that is not on the deployed branch: the account of its cell.')
    stringParam('REGION', '', 'Likewise: the region.')
    stringParam('RING', '', 'Likewise: the ring; the last one when empty.')
  }
}, 'onboard')

pipelineOf(pipelineJob('drift') {
  description('Looks every night for what was changed by hand.')
  properties {
    pipelineTriggers { triggers { cron { spec('H 2 * * *') } } }
  }
}, 'drift')
