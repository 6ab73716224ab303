import { answer } from '../operations/usage.ts'
import { remedies } from './remedies.ts'
import type { Rules } from './rules.ts'
import { breakingFor, dangerous, safe } from './verdict.ts'

/** Rules for changes of what clients read. */
export const outputRules: Rules = {
  FIELD_REMOVED: ({ typeName, removedFieldName }, { usage }) =>
    breakingFor('field-removed', remedies.remove, usage(`${typeName}.${removedFieldName}`)),

  TYPE_REMOVED: ({ removedTypeName }, { usage }) =>
    breakingFor('type-removed', remedies.remove, usage(removedTypeName)),

  TYPE_KIND_CHANGED: ({ typeName }, { usage }) => breakingFor('type-kind-changed', remedies.retype, usage(typeName)),

  FIELD_TYPE_CHANGED({ typeName, fieldName, oldFieldType, newFieldType, isSafeFieldTypeChange }, { usage }) {
    const nullability = sameExceptNull(oldFieldType, newFieldType)
    if (isSafeFieldTypeChange) return safe(nullability ? 'field-became-non-null' : 'field-type-narrowed')
    const readers = usage(`${typeName}.${fieldName}`)
    return nullability
      ? breakingFor('field-became-nullable', remedies.nullable, readers)
      : breakingFor('field-type-changed', remedies.retype, readers)
  },

  ENUM_VALUE_REMOVED({ enumName, removedEnumValueName }, { usage }) {
    const senders = usage(`${enumName}.${removedEnumValueName}`)
    return senders.length > 0
      ? breakingFor('enum-value-removed', remedies.remove, senders)
      : dangerous('enum-value-removed', remedies.remove, usage(answer(enumName)))
  },

  ENUM_VALUE_ADDED: ({ enumName }, { usage, isOutput }) =>
    isOutput(enumName)
      ? dangerous('enum-value-added', remedies.widen, usage(answer(enumName)))
      : safe('enum-value-added'),

  UNION_MEMBER_REMOVED({ unionName, removedUnionMemberTypeName }, { usage }) {
    const readers = usage(unionName)
    const conditioned = usage(removedUnionMemberTypeName).filter((operation) => readers.includes(operation))
    return breakingFor('union-member-removed', remedies.remove, conditioned)
  },

  UNION_MEMBER_ADDED: ({ unionName }, { usage }) => dangerous('union-member-added', remedies.widen, usage(unionName)),

  OBJECT_TYPE_INTERFACE_REMOVED({ objectTypeName, removedInterfaceName }, { usage, isBroken }) {
    const users = new Set([...usage(objectTypeName), ...usage(removedInterfaceName)])
    return breakingFor('interface-removed', remedies.remove, [...users].filter(isBroken))
  },

  OBJECT_TYPE_INTERFACE_ADDED: ({ addedInterfaceName }, { usage }) =>
    dangerous('interface-added', remedies.widen, usage(addedInterfaceName)),
}

const sameExceptNull = (one: string, other: string) => one.replaceAll('!', '') === other.replaceAll('!', '')
