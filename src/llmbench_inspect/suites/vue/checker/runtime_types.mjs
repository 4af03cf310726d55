// Runtime declarations read as types: `{ type: String }`, `[String, Number]`, `Object as PropType<T>`.
import { ExpressionText } from './expression_text.mjs'
import { TypeText } from './type_text.mjs'

const CONSTRUCTORS = {
  String: 'string',
  Number: 'number',
  Boolean: 'boolean',
  Symbol: 'symbol',
  Array: 'unknown[]',
  Object: 'Record<string, unknown>',
}

/** The props of a runtime declaration, an array of names or an object, with their defaults. */
export function runtimeProps(component, declaration) {
  const { ts } = component
  const members = Object.create(null)
  const defaults = Object.create(null)
  if (ts.isArrayLiteralExpression(declaration)) {
    for (const each of declaration.elements) {
      if (ts.isStringLiteralLike(each)) members[`${each.text}?`] = TypeText.of('any', ts)
    }
  } else if (ts.isObjectLiteralExpression(declaration)) {
    for (const property of declaration.properties) {
      if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) continue
      const { required, value, type } = runtimeProp(component, property.initializer)
      members[property.name.text + (required ? '' : '?')] = type
      if (value) defaults[property.name.text] = new ExpressionText(component.textOf(value), ts)
    }
  }
  return { members, defaults }
}

export function runtimeProp(component, expression) {
  const { ts } = component
  const object = ts.skipOuterExpressions(expression)
  const cast = ts.isAsExpression(expression) || ts.isTypeAssertionExpression(expression)
  if (cast || !ts.isObjectLiteralExpression(object)) {
    return { required: false, value: null, type: runtimeType(component, expression) }
  }
  const find = (name) => object.properties.find((property) => property.name?.text === name)
  const type = find('type')
  const required = find('required')
  const byDefault = find('default')
  return {
    required: required?.initializer?.kind === ts.SyntaxKind.TrueKeyword,
    value: byDefault ? (byDefault.initializer ?? byDefault) : null,
    type: type?.initializer ? runtimeType(component, type.initializer) : TypeText.of('any', ts),
  }
}

function runtimeType(component, expression) {
  const { ts } = component
  if (ts.isParenthesizedExpression(expression)) return runtimeType(component, expression.expression)
  if (ts.isAsExpression(expression) || ts.isTypeAssertionExpression(expression)) {
    const { type } = expression
    if (
      ts.isTypeReferenceNode(type) &&
      component.scope.typeName(type.typeName) === 'PropType' &&
      type.typeArguments
    ) {
      return new TypeText(type.typeArguments[0], component)
    }
    if (ts.isFunctionTypeNode(type)) return new TypeText(type.type, component)
    return runtimeType(component, expression.expression)
  }
  if (ts.isArrayLiteralExpression(expression) && expression.elements.length > 0) {
    return TypeText.of(expression.elements.map((each) => runtimeType(component, each).text).join(' | '), ts)
  }
  if (!ts.isIdentifier(expression)) return TypeText.of('any', ts)
  return TypeText.of(
    Object.hasOwn(CONSTRUCTORS, expression.text) ? CONSTRUCTORS[expression.text] : expression.text,
    ts,
  )
}
