// A project as the compiler sees it: the files on disk with a candidate's files laid over them in memory.
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'

const NODE_MODULES = '/node_modules/'

/** Remembers answers about installed packages, which do not change while the worker lives. */
export class Disk {
  #packages = new Map()

  constructor(sys) {
    this.sys = sys
  }

  readFile = (path) => this.#remember('readFile', path)
  fileExists = (path) => this.#remember('fileExists', path)
  directoryExists = (path) => this.#remember('directoryExists', path)
  getDirectories = (path) => this.#remember('getDirectories', path)
  realpath = (path) => this.#remember('realpath', path)

  #remember(question, path) {
    if (!path.includes(NODE_MODULES)) return this.sys[question](path)
    const key = `${question} ${path}`
    let answer = this.#packages.get(key)
    if (answer === undefined && !this.#packages.has(key)) {
      answer = this.sys[question](path)
      this.#packages.set(key, answer)
    }
    return answer
  }
}

/**
 * Makes a TypeScript `System` that reads one project with an overlay and writes nothing.
 *
 * `files` maps paths relative to `project` to their text, or to null where the file is deleted.
 */
export function projectSystem(ts, disk, project, files) {
  const texts = new Map()
  const folders = new Map()
  for (const [relative, text] of Object.entries(files)) {
    const path = join(project, relative)
    texts.set(path, text?.replace(/^\uFEFF/, '') ?? null)
    if (text === null) continue
    for (let child = path; child !== project; child = dirname(child)) {
      const folder = dirname(child)
      if (!folders.has(folder)) folders.set(folder, new Set())
      folders.get(folder).add(child)
    }
  }
  // TypeScript asks for the folder of an import of `.` with a slash at its end.
  const absolute = (path) => (path.startsWith('/') ? path : join(project, path)).replace(/(?<=.)\/$/, '')
  const isFolder = (path) => folders.has(path) || disk.directoryExists(path)

  function entries(path) {
    const folder = absolute(path || '.')
    const found = { files: new Set(), directories: new Set() }
    for (const entry of readFolder(folder)) {
      const kind = entry.isSymbolicLink() ? statOf(join(folder, entry.name)) : entry
      if (kind?.isFile()) found.files.add(entry.name)
      else if (kind?.isDirectory()) found.directories.add(entry.name)
    }
    for (const child of folders.get(folder) ?? []) {
      found[texts.has(child) ? 'files' : 'directories'].add(child.slice(folder.length + 1))
    }
    for (const name of found.files) if (texts.get(join(folder, name)) === null) found.files.delete(name)
    return { files: [...found.files].sort(), directories: [...found.directories].sort() }
  }

  return {
    args: [],
    newLine: '\n',
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    write: () => {},
    getCurrentDirectory: () => project,
    getExecutingFilePath: ts.sys.getExecutingFilePath,
    createHash: ts.sys.createHash,
    readFile: (path) => {
      const text = texts.get(absolute(path))
      return text === undefined ? disk.readFile(absolute(path)) : (text ?? undefined)
    },
    fileExists: (path) => {
      const text = texts.get(absolute(path))
      return text === undefined ? disk.fileExists(absolute(path)) : text !== null
    },
    getFileSize: (path) => {
      const text = texts.get(absolute(path))
      return text === undefined ? ts.sys.getFileSize(absolute(path)) : Buffer.byteLength(text ?? '')
    },
    directoryExists: (path) => isFolder(absolute(path)),
    getDirectories: (path) => (folders.has(absolute(path)) ? entries(path).directories : disk.getDirectories(absolute(path))),
    realpath: (path) => disk.realpath(absolute(path)),
    readDirectory: (path, extensions, exclude, include, depth) =>
      ts.matchFiles(path, extensions, exclude, include, ts.sys.useCaseSensitiveFileNames, project, depth, entries, disk.realpath),
  }
}

function readFolder(path) {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  }
}

function statOf(path) {
  return statSync(path, { throwIfNoEntry: false })
}

export function realProject(path) {
  return realpathSync(path).replaceAll('\\', '/')
}
