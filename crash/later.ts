// Loaded into a program before its own code: real time as it will be in half a minute, when every lease that a dead
// worker held has ended. It spares the run that wait, and touches nothing that the programs wrote.
const real = Date.now;
Date.now = () => real() + 30_000;
