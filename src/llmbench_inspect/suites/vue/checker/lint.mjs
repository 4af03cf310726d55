// Patterns that are rules of eslint-plugin-vue: each report is a match, and no comment switches a rule off.
import { unknown } from './request_error.mjs'
import { parseError, parserOptions } from './tree.mjs'

/** All the rules that a request asks for, as one pass over a component: its reports by rule. */
export function lintSearch(rules, libraries) {
  if (rules.length === 0) return () => new Map()
  const plugin = libraries.vuePlugin
  const linter = new libraries.Linter()
  const done = new WeakMap()
  return (component) => {
    if (!done.has(component)) done.set(component, reports(component, { rules, linter, plugin, libraries }))
    return done.get(component)
  }
}

export function checkRule(rule, libraries) {
  const known = Object.keys(libraries.vuePlugin.rules).map((name) => `vue/${name}`)
  if (!known.includes(rule)) throw unknown('eslint rule', rule, known)
}

function reports(component, { rules, linter, plugin, libraries }) {
  const config = {
    // ESLint takes no file by a pattern as wide as `**/*`.
    files: ['**/*.{vue,ts,tsx,mts,cts,js,jsx,mjs,cjs}'],
    plugins: { vue: plugin },
    languageOptions: { parser: libraries.vueParser, parserOptions: parserOptions(component.path, libraries) },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
    rules: Object.fromEntries(rules.map((rule) => [rule, 'error'])),
  }
  const byRule = new Map(rules.map((rule) => [rule, []]))
  for (const message of linter.verify(component.text, [config], { filename: component.path })) {
    if (message.ruleId === null && message.line === 0) throw new Error(message.message)
    if (message.fatal) {
      component.errors.push(
        parseError(component.path, { ...message, lineNumber: message.line, column: message.column - 1 }),
      )
    } else byRule.get(message.ruleId)?.push({ line: message.line })
  }
  return byRule
}
