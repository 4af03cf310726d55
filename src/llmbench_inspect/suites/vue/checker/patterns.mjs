// The `patterns` operation: where a candidate's files hold what is asked for, and the facts about them.
import { facts } from './catalog.mjs'
import { globMatcher } from './glob.mjs'
import { openLibraries } from './libraries.mjs'
import { checkRule, lintSearch } from './lint.mjs'
import { recordTest } from './match.mjs'
import { Project } from './project.mjs'
import { RequestError, unknown } from './request_error.mjs'
import { selectorSearch } from './selectors.mjs'

const MAX_SHOWN = 200

/**
 * Answer a `patterns` request of the worker's protocol.
 *
 * A target that does not exist has no facts and no matches. A file that does not parse has an entry in
 * `parse_errors` and what facts could be had. A parser's RangeError is let through: a crash, not a verdict.
 *
 * @param request {project, files, targets, patterns}
 * @param packages The folder that holds node_modules.
 * @throws RequestError on an unknown fact, attribute or rule, or a selector that is none.
 */
export async function matchPatterns({ project: folder, files = {}, targets = [], patterns = [] }, packages) {
  const libraries = openLibraries(packages)
  const project = new Project(folder, files, libraries)
  const lint = lintSearch(
    patterns.flatMap(({ eslint }) => eslint ?? []),
    libraries,
  )
  const searches = patterns.map((pattern, index) =>
    inRequest(index, () => searchFor(pattern, lint, libraries)),
  )
  const matches = patterns.map((pattern, index) => {
    const search = searches[index]
    const paths = pattern.files ? project.files.filter(globMatcher(pattern.files)) : targets
    return componentsAt(project, paths).flatMap((component) =>
      inRequest(index, () => search(component)).map(({ line }) => shown(component, line)),
    )
  })
  const components = componentsAt(project, targets)
  const found = Object.fromEntries(components.map((component) => [component.path, allFacts(component)]))
  return { matches, facts: found, parse_errors: parseErrors(project) }
}

function searchFor({ fact: name, with: wanted = {}, selector, eslint }, lint, libraries) {
  if (eslint !== undefined) {
    checkRule(eslint, libraries)
    return (component) => lint(component).get(eslint)
  }
  if (selector !== undefined) return selectorSearch(selector, libraries)
  if (!facts.has(name)) throw unknown('fact', name, facts.keys())
  const fact = facts.get(name)
  const test = recordTest(fact, wanted)
  return (component) => recordsOf(component, fact).filter(test)
}

const records = new WeakMap()

function recordsOf(component, fact) {
  if (!records.has(component)) records.set(component, new Map())
  const known = records.get(component)
  if (!known.has(fact.name)) known.set(fact.name, fact.extract(component))
  return known.get(fact.name)
}

function allFacts(component) {
  return Object.fromEntries([...facts.values()].map((fact) => [fact.name, recordsOf(component, fact)]))
}

function componentsAt(project, paths) {
  return paths.map((path) => project.component(path)).filter((component) => component !== null)
}

function parseErrors(project) {
  const seen = new Map(
    project.opened.flatMap(({ errors }) => errors).map((error) => [JSON.stringify(error), error]),
  )
  return [...seen.values()]
}

function shown(component, line) {
  return { file: component.path, line, text: component.lineText(line).trim().slice(0, MAX_SHOWN) }
}

function inRequest(index, action) {
  try {
    return action()
  } catch (error) {
    if (error instanceof RequestError) error.message = `pattern ${index + 1}: ${error.message}`
    throw error
  }
}
