// Fact: how the component declares its events.
import { macroCalls } from '../macros.mjs'
import { optionValue, optionsObjects, optionsOf } from '../options_object.mjs'
import { callSignaturesOf, membersOf } from '../type_members.mjs'
import { TypeText } from '../type_text.mjs'

export const summary = 'A declaration of events: `defineEmits`, or the `emits` option.'

export const attributes = {
  name: 'name of the type given to `defineEmits`, or null',
  type: 'the type given to `defineEmits`',
  events:
    'payloads by event, as tuples whichever way they are declared: `{"update": "[string]"}`; `any[]` where untyped',
  runtime: 'whether declared by an array or object rather than by a type',
  typed: 'the opposite of `runtime`',
  via: '`defineEmits`, or what made the component of options',
  variable: 'the constant that holds the emit function, or null',
}

export function extract(component) {
  return [
    ...macroCalls(component, 'defineEmits').map((macro) => fromMacro(component, macro)),
    ...fromOptions(component),
  ]
}

function fromMacro(component, { call, target }) {
  const { ts, scope } = component
  const argument = call.typeArguments?.[0]
  const type = argument ? new TypeText(argument, component) : null
  const given = call.arguments[0] && scope.valueOf(call.arguments[0])
  return {
    name: argument && ts.isTypeReferenceNode(argument) ? scope.typeName(argument.typeName) : null,
    type,
    events: type ? typedEvents(type) : given ? runtimeEvents(component, given) : {},
    runtime: type === null,
    typed: type !== null,
    via: 'defineEmits',
    variable: target !== null && ts.isIdentifier(target) ? target.text : null,
    line: component.line(call),
  }
}

function fromOptions(component) {
  return optionsObjects(component).flatMap(({ object, via }) => {
    const property = optionsOf(object, component.ts).get('emits')
    const value = optionValue(component, property)
    if (value === null) return []
    const common = { name: null, type: null, runtime: true, typed: false, variable: null }
    return [{ ...common, events: runtimeEvents(component, value), via, line: component.line(property) }]
  })
}

function typedEvents(type) {
  const events = Object.create(null)
  for (const { signature, component, bound } of callSignaturesOf(type)) {
    for (const name of eventNames(signature.parameters[0], component.ts)) {
      events[name] = payload(signature.parameters.slice(1), component, bound)
    }
  }
  for (const [key, member] of Object.entries(membersOf(type) ?? {})) {
    const { ts } = member.component
    const isFunction = ts.isFunctionTypeNode(member.node)
    events[key.replace(/\?$/, '')] = isFunction
      ? payload(member.node.parameters, member.component, member.bound)
      : member
  }
  return events
}

function eventNames(parameter, ts) {
  const type = parameter?.type
  if (!type) return []
  const literals = ts.isUnionTypeNode(type) ? type.types : [type]
  return literals.flatMap((each) =>
    ts.isLiteralTypeNode(each) && ts.isStringLiteral(each.literal) ? [each.literal.text] : [],
  )
}

function payload(parameters, component, bound) {
  const { ts } = component
  const parts = parameters.map((parameter) => {
    const text = parameter.type ? new TypeText(parameter.type, component, { bound }).text : 'any'
    const around = /[ &|]/.test(text) && !/^[{'[]/.test(text) ? `(${text})` : text
    if (parameter.dotDotDotToken) return `...${around}`
    return parameter.questionToken ? `${around}?` : text
  })
  return TypeText.of(`[${parts.join(', ')}]`, ts)
}

function runtimeEvents(component, declaration) {
  const { ts } = component
  const events = Object.create(null)
  if (ts.isArrayLiteralExpression(declaration)) {
    for (const each of declaration.elements) {
      if (ts.isStringLiteralLike(each)) events[each.text] = TypeText.of('any[]', ts)
    }
  } else if (ts.isObjectLiteralExpression(declaration)) {
    for (const property of declaration.properties) {
      const validator = property.initializer ?? property
      const { text } = property.name ?? {}
      if (text === undefined) continue
      events[text] = ts.isFunctionLike(validator)
        ? payload(validator.parameters, component)
        : TypeText.of('any[]', ts)
    }
  }
  return events
}
