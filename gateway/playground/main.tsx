import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'
// The first document that a new visitor sees.
import firstDocument from '../../contracts/operations/playground/first-document.graphql?raw'

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <GraphiQL
      fetcher={createGraphiQLFetcher({ url: '/graphql' })}
      defaultQuery={firstDocument}
      // Users paste an access token there. The browser keeps it across reloads; the playground is not in production.
      isHeadersEditorEnabled
      shouldPersistHeaders
    />,
  )
