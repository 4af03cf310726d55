// Fact: uses of the type any.
import { walkTree } from '../component.mjs'

export const summary =
  'An `any` written as a type, wherever it stands in one: `as any`, `Record<string, any>`, in a template, `{*}` in JSDoc.'

export const attributes = {
  where: '`script`, `template` (with the `generic` attribute) or `jsdoc`',
  start: "first character of the word, in characters of the file's text",
  end: 'the character after it',
}

export function extract(component) {
  const script = component.nodes(component.ts.SyntaxKind.AnyKeyword).map((node) => {
    const start = component.start(node)
    return record(component, 'script', start, start + 'any'.length)
  })
  return [...script, ...inJsDoc(component), ...inTemplate(component)].sort((a, b) => a.start - b.start)
}

function inTemplate(component) {
  const { ts } = component
  const found = []
  for (const expression of component.expressions(/\bany\b/)) {
    walkTree(expression.source, ts, (node) => {
      if (node.kind !== ts.SyntaxKind.AnyKeyword) return
      found.push(
        record(component, 'template', ...expression.range(node.getStart(expression.source), node.end)),
      )
    })
  }
  return found
}

// In TypeScript the types of JSDoc mean nothing.
function inJsDoc(component) {
  const { ts } = component
  const found = []
  for (const block of component.blocks) {
    if (!block.javascript || !block.content.includes('/**')) continue
    walkTree(block.source, ts, (node) => {
      for (const doc of node.jsDoc ?? []) {
        walkTree(doc, ts, (part) => {
          if (part.kind !== ts.SyntaxKind.AnyKeyword && part.kind !== ts.SyntaxKind.JSDocAllType) return
          const start = block.offset + part.getStart(block.source)
          found.push(record(component, 'jsdoc', start, block.offset + part.end))
        })
      }
    })
  }
  return found
}

function record(component, where, start, end) {
  return { where, ...component.range(start, end), line: component.lineAt(start) }
}
