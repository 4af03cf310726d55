// What vue-tsc lets pass and the build does not: each component through Vue's own compiler.
import { posix } from 'node:path'

import { projectSystem, realProject } from './project_files.mjs'

/** Compiles components as the Vite plugin does: the file, its script, its template. */
export class ComponentCompiler {
  constructor(ts, require, disk) {
    this.ts = ts
    this.disk = disk
    this.compiler = require('@vue/compiler-sfc')
    this.compiler.registerTS(() => ts)
  }

  /** Returns the errors of every component among `files`. */
  check({ project: folder, files }) {
    const project = realProject(folder)
    const system = projectSystem(this.ts, this.disk, project, files)
    const read = new Set()
    const fs = {
      fileExists: system.fileExists,
      readFile: (path) => {
        read.add(path)
        return system.readFile(path)
      },
      realpath: system.realpath,
    }
    try {
      return Object.entries(files)
        .filter(([path, text]) => text !== null && path.endsWith('.vue'))
        .flatMap(([path, text]) =>
          this.#compile(posix.join(project, path), text, fs).map(({ message, ...place }) => ({
            file: path,
            ...place,
            message: message.replaceAll(`${project}/`, ''),
          })),
        )
    } finally {
      // The compiler remembers imported types by path, where the next overlay may hold others, and hundreds of files.
      for (const path of read) this.compiler.invalidateTypeCache(path)
      this.compiler.parseCache.clear()
    }
  }

  #compile(filename, source, fs) {
    const { descriptor, errors } = this.compiler.parse(source, { filename, sourceMap: false })
    if (errors.length) return errors.map((error) => located(error))
    const id = 'data-v-checked'
    let script
    if (descriptor.script || descriptor.scriptSetup) {
      try {
        script = this.compiler.compileScript(descriptor, { id, fs, sourceMap: false })
      } catch (error) {
        if (!(error instanceof Error) || error instanceof RangeError) throw error
        return [located(error)]
      }
    }
    const { template } = descriptor
    if (!template || template.src) return []
    if (template.lang && template.lang !== 'html') {
      // Vue would run the language's own compiler, which the projects have not, and fail outside of any catch.
      const { line, column } = template.loc.start
      return [{ line, column, message: `Template language "${template.lang}" is not installed.` }]
    }
    const isTypeScript = /^tsx?$/.test((descriptor.scriptSetup ?? descriptor.script)?.lang ?? '')
    const compiled = this.compiler.compileTemplate({
      id,
      filename,
      source: template.content,
      ast: template.ast,
      compilerOptions: {
        bindingMetadata: script?.bindings,
        expressionPlugins: isTypeScript ? ['typescript'] : [],
      },
    })
    return compiled.errors.map((error) => located(error))
  }
}

/** An error's place is in its `loc` where that is Vue's own; else in the excerpt that its message ends with. */
function located(error) {
  if (typeof error === 'string') return { line: 1, column: 1, message: error }
  const message = error.message
    .split('\n\n')[0]
    .replace(/^\[@?vue\/compiler-sfc\] /, '')
    .replace(/ \(\d+:\d+\)$/, '')
  if (error.loc?.start) return { line: error.loc.start.line, column: error.loc.start.column, message }
  const excerpt = /^(\d+) +\|[^\n]*\n {3,}\| ( *)\^/m.exec(error.message)
  if (excerpt) return { line: Number(excerpt[1]), column: excerpt[2].length, message }
  return { line: 1, column: 1, message }
}
