using System.Runtime.CompilerServices;
using Laminet.Tensors;

namespace Laminet.Tests;

/// <summary>A model of these tests that is given no seed has the seed 0: what is asserted of it holds in every order of the tests.</summary>
internal static class FixedSeeds
{
    [ModuleInitializer]
    internal static void Fix() => RandomSeed.Fixed = 0;
}
