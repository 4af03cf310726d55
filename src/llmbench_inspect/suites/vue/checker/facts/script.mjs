// Fact: the script blocks.
export const summary = 'A `<script>` block, or the whole of a `.ts` or `.js` file.'

export const attributes = {
  kind: '`setup`, `script` or `module` (a file that is no component)',
  lang: '`ts`, `tsx`, `js` or `jsx`',
  setup: 'whether it is `<script setup>`',
  generic: 'the text of its `generic` attribute, or null',
}

export function extract(component) {
  return component.blocks.map((block) => ({
    kind: block.kind,
    lang: block.lang,
    setup: block.kind === 'setup',
    generic: block.attributes.generic ?? null,
    line: component.lineAt(block.node?.loc.start.offset ?? 0),
  }))
}
