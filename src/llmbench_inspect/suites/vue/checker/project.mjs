// A project's files as the candidate leaves them, the overlay over the disk; each is read once.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { Component } from './component.mjs'

const READABLE = /\.(?:vue|[cm]?[jt]s|[jt]sx)$/
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.nuxt', '.output'])
const SUFFIXES = [
  '',
  '.ts',
  '.tsx',
  '.d.ts',
  '.vue',
  '.js',
  '.jsx',
  '.mjs',
  '/index.ts',
  '/index.vue',
  '/index.d.ts',
  '/index.js',
]
const TSCONFIGS = ['tsconfig.json', 'tsconfig.app.json', '.nuxt/tsconfig.json', '.nuxt/tsconfig.app.json']
const MAX_FILE_BYTES = 256 * 1024
const MAX_FILES = 2000

export class Project {
  #components = new Map()
  #files
  #aliases

  constructor(folder, overlay, libraries) {
    this.folder = folder
    this.overlay = overlay
    this.libraries = libraries
    this.nuxt = existsSync(join(folder, '.nuxt'))
  }

  /** The component at a relative path, or null where there is no such file. */
  component(path) {
    if (!this.#components.has(path)) {
      const text = this.#text(path)
      this.#components.set(path, text === null ? null : new Component(path, text, this))
    }
    return this.#components.get(path)
  }

  /** The components read so far. */
  get opened() {
    return [...this.#components.values()].filter((component) => component !== null)
  }

  /** The relative path that an import leads to, or null outside of the project's own sources. */
  resolve(from, specifier) {
    for (const target of this.#targets(from, specifier)) {
      const path = posix.normalize(target)
      if (path.startsWith('..') || path.startsWith('/') || path.split('/').includes('node_modules')) continue
      const bare = path.replace(/\.[cm]?jsx?$/, '')
      for (const suffix of SUFFIXES) {
        for (const stem of bare === path ? [path] : [path, bare]) {
          if (READABLE.test(stem + suffix) && this.#exists(stem + suffix)) return stem + suffix
        }
      }
    }
    return null
  }

  /** All source files, in order of their paths. */
  get files() {
    if (this.#files === undefined) {
      const found = new Set(this.#onDisk())
      for (const [path, text] of Object.entries(this.overlay)) {
        if (text === null) found.delete(path)
        else if (READABLE.test(path)) found.add(path)
      }
      this.#files = [...found].sort()
    }
    return this.#files
  }

  #targets(from, specifier) {
    if (/^\.\.?(?:\/|$)/.test(specifier)) return [posix.join(posix.dirname(from), specifier)]
    return this.#aliasRules().flatMap(([key, targets]) => {
      if (key === specifier) return targets
      const [prefix, suffix] = key.split('*')
      const fits = suffix !== undefined && specifier.startsWith(prefix) && specifier.endsWith(suffix)
      if (!fits || specifier.length < key.length) return []
      const star = specifier.slice(prefix.length, specifier.length - suffix.length)
      return targets.map((target) => target.replace('*', () => star))
    })
  }

  #aliasRules() {
    if (this.#aliases === undefined) {
      this.#aliases = TSCONFIGS.flatMap((name) => this.#paths(name))
      const root = this.nuxt ? (existsSync(join(this.folder, 'app')) ? 'app/*' : '*') : 'src/*'
      this.#aliases.push(['@/*', [root]], ['~/*', [root]])
      if (this.nuxt) this.#aliases.push(['@@/*', ['*']], ['~~/*', ['*']])
    }
    return this.#aliases
  }

  #paths(name) {
    const file = join(this.folder, name)
    if (!existsSync(file)) return []
    const { config } = this.libraries.ts.readConfigFile(file, (path) => readFileSync(path, 'utf8'))
    const { paths, baseUrl } = config?.compilerOptions ?? {}
    const base = posix.join(posix.dirname(name), baseUrl ?? '')
    return Object.entries(paths ?? {}).map(([key, targets]) => [
      key,
      targets.map((target) => posix.join(base, target)),
    ])
  }

  #exists(path) {
    if (Object.hasOwn(this.overlay, path)) return this.overlay[path] !== null
    return statSync(join(this.folder, path), { throwIfNoEntry: false })?.isFile() ?? false
  }

  #text(path) {
    if (Object.hasOwn(this.overlay, path)) return this.overlay[path]
    const stats = statSync(join(this.folder, path), { throwIfNoEntry: false })
    return stats?.isFile() && stats.size <= MAX_FILE_BYTES
      ? readFileSync(join(this.folder, path), 'utf8')
      : null
  }

  #onDisk() {
    const found = []
    const folders = ['']
    while (folders.length > 0 && found.length < MAX_FILES) {
      const folder = folders.pop()
      for (const entry of readdirSync(join(this.folder, folder), { withFileTypes: true })) {
        const path = posix.join(folder, entry.name)
        if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(path)
        else if (entry.isFile() && READABLE.test(path)) found.push(path)
      }
    }
    return found
  }
}
