// Whether a fact's record is what a pattern asks for: see docs/vue-facts.md.
import { RequestError, unknown } from './request_error.mjs'

/** A pattern's `with`, checked against the fact's attributes, as a test of one record. */
export function recordTest(fact, wanted) {
  for (const attribute of Object.keys(wanted)) {
    if (!Object.hasOwn(fact.attributes, attribute)) {
      throw unknown(`attribute of fact '${fact.name}'`, attribute, Object.keys(fact.attributes))
    }
  }
  return (record) =>
    Object.entries(wanted).every(([attribute, expected]) => matches(expected, record[attribute]))
}

function matches(expected, actual) {
  if (expected === null) return actual === null || actual === undefined
  if (isAnyOf(expected)) return expected.any_of.some((each) => matches(each, actual))
  if (actual === null || actual === undefined) return false
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && expected.every((each) => actual.some((one) => matches(each, one)))
  }
  if (typeof expected === 'object') {
    if (typeof actual !== 'object') return false
    return Object.entries(expected).every(([key, each]) =>
      matches(each, Object.hasOwn(actual, key) ? actual[key] : undefined),
    )
  }
  return typeof actual.equals === 'function' ? actual.equals(expected) : actual === expected
}

function isAnyOf(expected) {
  if (typeof expected !== 'object' || Array.isArray(expected) || !Object.hasOwn(expected, 'any_of'))
    return false
  if (!Array.isArray(expected.any_of)) throw new RequestError("'any_of' takes a list")
  return true
}
