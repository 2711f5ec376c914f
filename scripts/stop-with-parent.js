/*
 * Loaded first by what `npm start` runs. The channel to the parent closes when the parent dies without passing on a
 * signal (kill -9): then this process stops as if it had been told to, instead of running on unseen.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
