package com.cloudbees.groovy.cps

/** Marks what Jenkins does not transform. Nothing is transformed here. */
@interface NonCPS {}
