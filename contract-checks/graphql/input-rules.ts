import type { Operation } from '../operations/operation.ts'
import { remedies } from './remedies.ts'
import type { AffectedOperations, Rules } from './rules.ts'
import { breakingFor, dangerous, safe, type Verdict } from './verdict.ts'

/**
 * Rules for changes of what clients send. Validation checks the text of an operation; a variable of an input type may
 * contain anything that the type allowed before.
 */
export const inputRules: Rules = {
  FIELD_ARGUMENT_REMOVED: ({ typeName, fieldName, removedFieldArgumentName }, { usage }) =>
    breakingFor('argument-removed', remedies.remove, usage(`${typeName}.${fieldName}.${removedFieldArgumentName}`)),

  FIELD_ARGUMENT_ADDED({ typeName, fieldName, isAddedFieldArgumentBreaking }, { usage, isBroken }) {
    if (!isAddedFieldArgumentBreaking) return safe('argument-added')
    const broken = usage(`${typeName}.${fieldName}`).filter(isBroken)
    return breakingFor('required-argument-added', remedies.require, broken)
  },

  FIELD_ARGUMENT_TYPE_CHANGED(meta, { usage, isBroken }) {
    const { typeName, fieldName, oldArgumentType, newArgumentType, isSafeArgumentTypeChange } = meta
    if (isSafeArgumentTypeChange) return safe('argument-type-widened')
    const broken = usage(`${typeName}.${fieldName}`).filter(isBroken)
    return newArgumentType === `${oldArgumentType}!`
      ? breakingFor('argument-became-required', remedies.require, broken)
      : breakingFor('argument-type-changed', remedies.retype, broken)
  },

  FIELD_ARGUMENT_DEFAULT_CHANGED({ typeName, fieldName, argumentName }, { usage, isBroken }) {
    const given = usage(`${typeName}.${fieldName}.${argumentName}`)
    const silent = usage(`${typeName}.${fieldName}`).filter((operation) => !given.includes(operation))
    return defaultChanged('argument-default-changed', silent, isBroken)
  },

  INPUT_FIELD_REMOVED: ({ inputName, removedFieldName }, { usage }) =>
    breakingFor('input-field-removed', remedies.remove, usage(`${inputName}.${removedFieldName}`)),

  INPUT_FIELD_ADDED({ inputName, isAddedInputFieldTypeNullable, addedFieldDefault }, affected) {
    if (isAddedInputFieldTypeNullable || addedFieldDefault !== undefined) return safe('input-field-added')
    return breakingFor('required-input-field-added', remedies.require, brokenSenders(inputName, inputName, affected))
  },

  INPUT_FIELD_TYPE_CHANGED(meta, affected) {
    const { inputName, inputFieldName, oldInputFieldType, newInputFieldType, isInputFieldTypeChangeSafe } = meta
    if (isInputFieldTypeChangeSafe) return safe('input-field-type-widened')
    return newInputFieldType === `${oldInputFieldType}!`
      ? breakingFor('input-field-became-required', remedies.require, brokenSenders(inputName, inputName, affected))
      : breakingFor(
          'input-field-type-changed',
          remedies.retype,
          brokenSenders(`${inputName}.${inputFieldName}`, inputName, affected),
        )
  },

  INPUT_FIELD_DEFAULT_VALUE_CHANGED: ({ inputName }, { usage, isBroken }) =>
    defaultChanged('input-field-default-changed', usage(inputName), isBroken),
}

/** The operations that use a coordinate of an input type and are no longer valid, or send the type in a variable. */
const brokenSenders = (coordinate: string, input: string, { usage, isBroken, variables }: AffectedOperations) =>
  usage(coordinate).filter((operation) => isBroken(operation) || variables(input).includes(operation))

/** Removing a default makes a non-null position required, so operations that leave it out are no longer valid. */
function defaultChanged(rule: string, users: readonly Operation[], isBroken: AffectedOperations['isBroken']): Verdict {
  const broken = users.filter(isBroken)
  return broken.length > 0 ? breakingFor(rule, remedies.default, broken) : dangerous(rule, remedies.default, users)
}
