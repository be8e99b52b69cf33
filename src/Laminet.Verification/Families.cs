using System.Reflection;
using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Formats.Watching;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Regularizers;
using Laminet.Training.Callbacks;

namespace Laminet.Verification;

/// <summary>The classes of a family, found by reflection.</summary>
internal static class Families
{
    private static readonly (Family Family, Type Base)[] Bases =
    [
        (Family.Layers, typeof(Layer)), (Family.Losses, typeof(Loss)), (Family.Metrics, typeof(Metric)), (Family.Optimizers, typeof(Optimizer)), (Family.Optimizers, typeof(LBFGS)),
        (Family.Schedules, typeof(LearningRateSchedule)), (Family.Initializers, typeof(Initializer)), (Family.Regularizers, typeof(Regularizer)),
        (Family.Constraints, typeof(Constraint)), (Family.Callbacks, typeof(Callback)),
    ];

    // TensorBoard and Weights & Biases are written by the package of file formats.
    private static readonly Assembly[] Libraries = [typeof(Layer).Assembly, typeof(TensorBoard).Assembly];

    /// <summary>Every public class that can be made, with its family.</summary>
    public static IEnumerable<(Family Family, Type Type)> Classes =>
        from entry in Bases
        from assembly in Libraries
        from type in assembly.GetExportedTypes()
        where type.IsAssignableTo(entry.Base) && !type.IsAbstract
        orderby entry.Family, type.Name
        select (entry.Family, type);

    public static IReadOnlyList<Type> ClassesOf<T>() where T : class, IConfigurable =>
        [.. Classes.Where(entry => entry.Type.IsSubclassOf(typeof(T))).Select(entry => entry.Type)];

    /// <summary>The family of a class.</summary>
    public static Family Of(Type type) => Bases.First(entry => type.IsAssignableTo(entry.Base)).Family;
}
