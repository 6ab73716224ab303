console.log('gen')
