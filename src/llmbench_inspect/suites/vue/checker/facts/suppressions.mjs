// Fact: comments that switch off the type check.
import { walkTree } from '../component.mjs'

const MAX_INDENT = 200
const SCRIPT = /@(ts-ignore|ts-nocheck|ts-expect-error)\b/g
const TEMPLATE = /^<!--\s*@(vue-(?:ignore|skip|expect-error|nocheck))\b/
const OPTION = /^\s*(@[\w-]+)\s+(?:true|false|null|["[{])/m

export const summary = 'A comment that switches off the type check of what follows it, or of the whole file.'

export const attributes = {
  kind: '`ts-ignore`, `ts-nocheck`, `ts-expect-error`, `vue-ignore`, `vue-skip`, `vue-expect-error`, `vue-nocheck`, or `vue-options` (a compiler option between the blocks, such as `@strictTemplates false`)',
  where: '`script` or `template`',
  start:
    "first character of the directive, its `@`, in characters of the file's text; to blank it leaves an ordinary comment",
  end: 'the character after it',
}

export function extract(component) {
  return [...inScripts(component), ...inExpressions(component), ...inHtml(component)].sort(
    (a, b) => a.start - b.start,
  )
}

function inScripts(component) {
  return component.blocks.flatMap(({ content, source, offset }) =>
    directives(content, source, component.ts).map(({ start, kind }) =>
      record(component, { kind, where: 'script', start: offset + start }),
    ),
  )
}

function inExpressions(component) {
  return component.expressions(/@ts-/).flatMap((expression) =>
    directives(expression.source.text, expression.source, component.ts).map(({ start, kind }) => {
      const [from] = expression.range(start, start + kind.length + 1)
      return record(component, { kind, where: 'template', start: from })
    }),
  )
}

function inHtml(component) {
  return component.comments.flatMap(({ node, atRoot }) => {
    const { source, start } = node.loc
    const match = TEMPLATE.exec(source)
    if (match)
      return [
        record(component, { kind: match[1], where: 'template', start: start.offset + source.indexOf('@') }),
      ]
    const option = atRoot ? OPTION.exec(node.content) : null
    if (!option) return []
    const from = start.offset + source.indexOf(option[1])
    return [
      record(component, { kind: 'vue-options', where: 'template', start: from, length: option[1].length }),
    ]
  })
}

/** Where directives open a line of a comment: in a string, or amid a comment's words, they mean nothing. */
function directives(text, source, ts) {
  const found = Array.from(text.matchAll(SCRIPT), (match) => ({ start: match.index, kind: match[1] }))
  const opening = found.filter(({ start }) => opensLine(text, start))
  if (opening.length === 0) return []
  const literals = []
  walkTree(source, ts, (node) => {
    if (isLiteral(node, ts)) literals.push([node.getStart(source), node.end])
  })
  let next = 0
  return opening.filter(({ start }) => {
    while (next < literals.length && literals[next][1] <= start) next++
    return next === literals.length || start < literals[next][0]
  })
}

function opensLine(text, start) {
  const least = Math.max(0, start - MAX_INDENT)
  let at = start - 1
  while (at >= least && /[\s*]/.test(text[at])) {
    if (text[at] === '\n' || text[at] === '\r') return true
    at -= 1
  }
  return at < least || (text[at] === '/' && (text[at - 1] === '/' || text[at + 1] === '*'))
}

function isLiteral(node, ts) {
  const { FirstLiteralToken, LastTemplateToken } = ts.SyntaxKind
  return (node.kind >= FirstLiteralToken && node.kind <= LastTemplateToken) || ts.isJsxText(node)
}

function record(component, { kind, where, start, length = kind.length + 1 }) {
  return { kind, where, ...component.range(start, start + length), line: component.lineAt(start) }
}
