// Globs over relative paths: `**` crosses folders, `*` and `?` do not, `{a,b}` is either.
export function globMatcher(globs) {
  const tests = globs.map((glob) => new RegExp(`^${pattern(glob)}$`))
  return (path) => tests.some((test) => test.test(path))
}

function pattern(glob) {
  let out = ''
  let braces = 0
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]
    if (glob.startsWith('**/', i)) {
      out += '(?:[^/]+/)*'
      i += 2
    } else if (glob.startsWith('**', i)) {
      out += '.*'
      i += 1
    } else if (char === '*') out += '[^/]*'
    else if (char === '?') out += '[^/]'
    else if (char === '{') out += (braces++, '(?:')
    else if (char === '}' && braces > 0) out += (braces--, ')')
    else if (char === ',' && braces > 0) out += '|'
    else out += char.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
  }
  return out + ')'.repeat(braces)
}
