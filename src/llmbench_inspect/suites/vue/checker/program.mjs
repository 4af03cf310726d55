// A type check that reports what `vue-tsc --noEmit -p <tsconfig>` reports, from memory.
import { createRequire } from 'node:module'
import { posix } from 'node:path'

import { CleanFiles, independentOfOrder } from './clean_files.mjs'
import { ParsedFiles } from './parsed_files.mjs'
import { Disk, projectSystem, realProject } from './project_files.mjs'
import { RequestError } from './request_error.mjs'

/** Options that change how a file is parsed or bound, beside those that TypeScript marks so. */
const BINDING_OPTIONS = ['strict', 'isolatedModules', 'verbatimModuleSyntax', 'preserveConstEnums']

/** Checks projects; what it holds of one check for the next are parsed files, and which had no errors. */
export class ProgramChecker {
  #parsed = new ParsedFiles()
  #clean = new CleanFiles()

  constructor(ts, require) {
    const requireOfVueTsc = createRequire(require.resolve('vue-tsc'))
    this.ts = ts
    this.core = requireOfVueTsc('@vue/language-core')
    this.proxyCreateProgram = requireOfVueTsc('@volar/typescript/lib/node/proxyCreateProgram').proxyCreateProgram
    this.disk = new Disk(ts.sys)
    this.parsingOptions = [
      ...ts.optionDeclarations
        .filter((option) => option.affectsSourceFile || option.affectsBindDiagnostics)
        .map((option) => option.name),
      ...BINDING_OPTIONS,
    ]
  }

  /** Returns the diagnostics of each configuration in turn, one that several report given once. */
  check({ project: folder, tsconfigs, files }) {
    const project = realProject(folder)
    const system = projectSystem(this.ts, this.disk, project, files)
    const found = new Map()
    for (const tsconfig of tsconfigs) {
      for (const diagnostic of this.#checkConfiguration(project, tsconfig, system)) {
        found.set(JSON.stringify(diagnostic), diagnostic)
      }
    }
    this.#parsed.trim()
    return [...found.values()]
  }

  #checkConfiguration(project, tsconfig, system) {
    const { ts } = this
    // Configuration is read from the disk alone: one in a candidate's files could name plugins, which run.
    const configurationSystem = { ...system, readFile: this.disk.readFile, fileExists: this.disk.fileExists }
    const configuration = ts.getParsedCommandLineOfConfigFile(posix.join(project, tsconfig), { noEmit: true }, {
      ...configurationSystem,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new RequestError(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
      },
    })
    const { options } = configuration
    const { vueOptions } = this.core.createParsedCommandLine(ts, configurationSystem, options.configFilePath)
    const extensions = this.core.getAllExtensions(vueOptions)
    if (extensions.some((extension) => extension !== '.vue')) {
      throw new RequestError(`${tsconfig}: components with ${extensions} are not supported, only .vue`)
    }
    const key = JSON.stringify([options, vueOptions], (name, value) => (name === 'configFile' ? undefined : value))
    const createProgram = () =>
      this.proxyCreateProgram(this.#compilerWithCache(system, options), ts.createProgram, () => ({
        languagePlugins: [this.#vuePlugin(options, vueOptions, key)],
      }))({
        rootNames: configuration.fileNames,
        options: { ...options },
        projectReferences: configuration.projectReferences,
        host: this.#host(system, options),
        configFileParsingDiagnostics: ts.getConfigFileParsingDiagnostics(configuration),
      })
    const semantic = (program) => this.#semanticDiagnostics(program, key, createProgram)
    return diagnosticsInOrder(ts, createProgram(), semantic).map((diagnostic) => describe(ts, project, diagnostic))
  }

  /**
   * The errors of types. Files known to have none are left out where they are the larger part; all are checked
   * anew, in a new program, where what is found then could read otherwise.
   */
  #semanticDiagnostics(program, key, createProgram) {
    const signatures = this.#clean.signatures(this.ts, program, key)
    const files = [...signatures.keys()]
    const own = files.filter((file) => !file.fileName.includes('/node_modules/'))
    const open = files.filter((file) => !this.#clean.has(signatures.get(file)))
    let found
    if (open.length * 2 < own.length) found = open.flatMap((file) => program.getSemanticDiagnostics(file))
    if (!found?.every(independentOfOrder)) found = (found ? createProgram() : program).getSemanticDiagnostics()
    const failing = new Set(found.map(({ file }) => file && signatures.get(program.getSourceFile(file.fileName))))
    if (!failing.has(undefined)) for (const signature of signatures.values()) this.#clean.set(signature, !failing.has(signature))
    return found
  }

  #host(system, options) {
    const { ts } = this
    const host = ts.createCompilerHostWorker(options, undefined, system)
    host.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeErrors
    host.getSourceFile = (path, format) => {
      const text = host.readFile(path)
      if (text === undefined) return undefined
      return this.#parsed.get(this.#key('file', path, options, format), text, () => ts.createSourceFile(path, text, format))
    }
    return host
  }

  #compilerWithCache(system, options) {
    const { ts } = this
    const createSourceFile = (path, text, format, setParentNodes, kind) =>
      this.#parsed.get(
        this.#key(`component ${kind}`, path, options, format),
        text,
        () => ts.createSourceFile(path, text, format, setParentNodes, kind),
        // To report an error the proxy writes the component's own text into the file; that one is used up.
        (parsed) => parsed.text === text,
      )
    return Object.create(ts, { sys: { value: system }, createSourceFile: { value: createSourceFile } })
  }

  #vuePlugin(options, vueOptions, key) {
    const plugin = this.core.createVueLanguagePlugin(this.ts, options, vueOptions, (id) => id)
    return {
      ...plugin,
      createVirtualCode: (id, language, snapshot, context) => {
        if (language !== 'vue') return undefined
        return this.#parsed.get(`code ${id} ${key}`, snapshot.getText(0, snapshot.getLength()), () => {
          // The plugin keeps one object a file and alters it; forgotten first, each text has its own.
          plugin.disposeVirtualCode(id)
          return plugin.createVirtualCode(id, language, snapshot, context)
        })
      },
    }
  }

  #key(kind, path, options, format) {
    const scope = format.packageJsonScope?.packageDirectory
    return `${kind} ${path} ${format.impliedNodeFormat} ${scope} ${this.#optionsKey(options)}`
  }

  #optionsKeys = new WeakMap()

  #optionsKey(options) {
    let key = this.#optionsKeys.get(options)
    if (!key) {
      key = JSON.stringify(this.parsingOptions.map((name) => options[name]))
      this.#optionsKeys.set(options, key)
    }
    return key
  }
}

/** What tsc reports and when: see `emitFilesAndReportErrors` in TypeScript's executeCommandLine. */
function diagnosticsInOrder(ts, program, semanticDiagnostics) {
  const found = [...program.getConfigFileParsingDiagnostics()]
  const before = found.length
  found.push(...program.getSyntacticDiagnostics())
  if (found.length === before) {
    found.push(...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics())
    if (found.length === before) found.push(...semanticDiagnostics(program))
    if (found.length === before && ts.getEmitDeclarations(program.getCompilerOptions())) {
      found.push(...program.getDeclarationDiagnostics())
    }
  }
  return ts.sortAndDeduplicateDiagnostics(found)
}

function describe(ts, project, diagnostic) {
  const { code, category, file, start, messageText } = diagnostic
  const position = file && ts.getLineAndCharacterOfPosition(file, start)
  return {
    code,
    category: ts.DiagnosticCategory[category].toLowerCase(),
    file: file ? posix.relative(project, file.fileName) : null,
    line: position ? position.line + 1 : null,
    column: position ? position.character + 1 : null,
    message: ts.flattenDiagnosticMessageText(messageText, '\n'),
  }
}
