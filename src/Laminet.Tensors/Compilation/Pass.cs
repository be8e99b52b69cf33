namespace Laminet.Tensors.Compilation;

/// <summary>A step of the compiler: a graph in, a graph out that computes the same.</summary>
/// <param name="Name">What to call it in listings.</param>
/// <param name="Run">The step.</param>
internal sealed record Pass(string Name, Func<Graph, Graph> Run);
