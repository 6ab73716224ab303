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

const find = 'contracts/operations/find.graphql'
const theFind = /\nquery Find[\s\S]*/

testGraphql([
  [
    'one that follows a field which is removed at once leaves clients in the field behind',
    [
      [users, '  bio: String\n', ''],
      [people, '    bio\n', ''],
    ],
    [breaking('graphql.field-removed', `${users}:12`, People), breaking('operation.edited', `${people}:1`, People)],
  ],
  ['one that is gone is still sent', [[people, theFind, '']], [dangerous('operation.removed', `${people}:9`, Find)]],
  [
    'one that is edited is still sent as it was',
    [[app, '      title\n    }\n', '      title\n      id\n    }\n']],
    [dangerous('operation.edited', `${app}:18`, Drafts)],
  ],
  ['one that is only set otherwise is the same', [[people, '  users {', '\n  users  {']], []],
  [
    'one that is in another file is the same',
    [
      [people, theFind, ''],
      [find, null, 'query Find($text: String!) { search(text: $text) { ... on Tag { name } } }'],
    ],
    [],
  ],
  ['a new one is safe', [[find, null, 'query One { user(id: 1) { id } }']], [safe('operation.added', `${find}:1`)]],
  [
    'a new one that asks for what is not there never was valid',
    [[find, null, 'query One {\n  user(id: 1) {\n    nick\n  }\n}']],
    [breaking('operation.invalid', `${find}:3`, `${find}:1 (One)`)],
  ],
  [
    'a fragment is part of every operation that spreads it',
    [[fragments, '  status\n', '']],
    [dangerous('operation.edited', `${app}:1`, Posts), dangerous('operation.edited', `${app}:12`, Write)],
  ],
  [
    'what is no operation is told with its line',
    [[people, '    role', '    role {']],
    [breaking('operation.unreadable', `${people}:6`)],
  ],
])
