// The npm modules that read components, resolved from the packages folder and loaded when first used.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const opened = new Map()

export function openLibraries(packages) {
  if (!opened.has(packages)) opened.set(packages, new Libraries(packages))
  return opened.get(packages)
}

class Libraries {
  #require
  #vueNames

  constructor(packages) {
    this.#require = createRequire(join(packages, 'package.json'))
    this.ts = this.#require('typescript')
    const beside = createRequire(this.#require.resolve('@vue/compiler-sfc'))
    this.dom = beside('@vue/compiler-dom')
  }

  get esquery() {
    return this.#require('esquery')
  }

  get vueParser() {
    return this.#require('vue-eslint-parser')
  }

  get scriptParser() {
    return this.#require('@typescript-eslint/parser')
  }

  get vuePlugin() {
    return this.#require('eslint-plugin-vue')
  }

  get Linter() {
    return this.#require('eslint/universal').Linter
  }

  /** What can be imported from vue by value: which of a Nuxt file's undeclared names are Vue's. */
  get vueNames() {
    this.#vueNames ??= new Set(Object.keys(this.#require('vue')))
    return this.#vueNames
  }
}
