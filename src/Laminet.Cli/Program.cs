using Laminet.Cli;

using InterruptSignals signals = new();
return new Application(Surroundings.OfProcess(signals.Interrupted)).Run(args);
