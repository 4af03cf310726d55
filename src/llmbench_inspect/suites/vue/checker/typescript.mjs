// TypeScript with `.vue` among its extensions, by the patch that vue-tsc itself runs tsc with.
import { readFileSync } from 'node:fs'
import { createRequire, Module } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const HOOK = fileURLToPath(new URL('./keep_create_program.cjs', import.meta.url))

/**
 * Loads the packages' TypeScript, patched, and leaves it in the module cache, so that every other
 * package that asks for TypeScript shares this copy.
 */
export function loadTypeScript(require) {
  const path = require.resolve('typescript')
  const { transformTscContent } = createRequire(require.resolve('vue-tsc'))('@volar/typescript/lib/quickstart/runTsc')
  const source = transformTscContent(readFileSync(path, 'utf8'), HOOK, ['.vue'], [], HOOK, 'undefined')
  const module = new Module(path)
  module.filename = path
  module.paths = Module._nodeModulePaths(dirname(path))
  module._compile(source, path)
  module.loaded = true
  require.cache[path] = module
  return module.exports
}
