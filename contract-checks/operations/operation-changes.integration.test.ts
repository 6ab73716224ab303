import {
  app,
  breaking,
  Drafts,
  dangerous,
  Find,
  fragments,
  People,
  Posts,
  people,
  safe,
  testGraphql,
  users,
  Write,
} from '../graphql/check-cases.fixture.ts'

const find = 'contracts/operations/people/find.graphql'
const findOfApp = 'contracts/operations/app/find.graphql'
const manifest = 'contracts/operations/people/manifest.json'
const registered = (...ids: readonly string[]) =>
  JSON.stringify({ operations: ids.map((id) => ({ id, name: 'People' })) })
const theFind = /\nquery Find[\s\S]*/

testGraphql([
  [
    'removing a field together with its use in an operation breaks clients in the field',
    [
      [users, '  bio: String\n', ''],
      [people, '    bio\n', ''],
    ],
    [breaking('graphql.field-removed', `${users}:12`, People), breaking('operation.edited', `${people}:1`, People)],
  ],
  ['a removed operation is still sent', [[people, theFind, '']], [dangerous('operation.removed', `${people}:9`, Find)]],
  [
    'an edited operation is still sent in its old form',
    [[app, '      title\n    }\n', '      title\n      id\n    }\n']],
    [dangerous('operation.edited', `${app}:18`, Drafts)],
  ],
  ['an operation with another layout is the same', [[people, '  users {', '\n  users  {']], []],
  [
    'an operation in another file is the same',
    [
      [people, theFind, ''],
      [find, null, 'query Find($text: String!) { search(text: $text) { ... on Tag { name } } }'],
    ],
    [],
  ],
  [
    'an operation that moves to another client is no longer registered for the first',
    [
      [people, theFind, ''],
      [findOfApp, null, 'query Find($text: String!) { search(text: $text) { ... on Tag { name } } }'],
    ],
    [safe('operation.added', `${findOfApp}:1`), dangerous('operation.removed', `${people}:9`, Find)],
  ],
  [
    'two clients may use the same name for different operations and fragments',
    [[find, null, 'query Posts { users { ...Line } } fragment Line on User { username }']],
    [safe('operation.added', `${find}:1`)],
  ],
  [
    'a new operation is safe',
    [[find, null, 'query One { user(id: 1) { id } }']],
    [safe('operation.added', `${find}:1`)],
  ],
  [
    'a new operation that selects an unknown field is invalid',
    [[find, null, 'query One {\n  user(id: 1) {\n    nick\n  }\n}']],
    [breaking('operation.invalid', `${find}:3`, `people: One (${find}:1)`)],
  ],
  [
    'a fragment is part of every operation that spreads it',
    [[fragments, '  status\n', '']],
    [dangerous('operation.edited', `${app}:1`, Posts), dangerous('operation.edited', `${app}:12`, Write)],
  ],
  [
    'a file that does not parse is reported with its line',
    [[people, '    role', '    role {']],
    [breaking('operation.unreadable', `${people}:6`)],
  ],
  [
    'an unchanged operation that is printed in another way is still asked for by its old id',
    [[manifest, null, registered('new')]],
    [dangerous('operation.id-gone', manifest, People)],
    [[manifest, null, registered('old')]],
  ],
  [
    'an operation that gets another id beside its old one is the same',
    [[manifest, null, registered('old', 'new')]],
    [],
    [[manifest, null, registered('old')]],
  ],
])
