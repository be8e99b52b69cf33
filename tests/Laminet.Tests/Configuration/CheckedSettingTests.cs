using System.Reflection;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Configuration;

/// <summary>
/// Every number that a constructor of the families takes is checked there, under the name that the user gave it: not a number, which fails every comparison, and -1 where a number counts.
/// Else a training begins with it and ends with numbers that tell nothing of the cause.
/// </summary>
public class CheckedSettingTests
{
    // -1 says something: an axis from the end, a number of no class, a group for each channel, the filler of missing boxes.
    private static readonly string[] MayBeNegative = ["axis", "sequenceAxis", "featureAxis", "ignoreClass", "groups", "fillValue"];

    // A pixel, which may be any number.
    private static readonly string[] MayBeNaN = ["fillValue"];

    private static readonly Dictionary<Type, object> WrongNumbers = new() { [typeof(int)] = -1, [typeof(double)] = double.NaN, [typeof(Numbers)] = (Numbers)double.NaN };

    private static readonly Type[] Bases = [typeof(IConfigurable), typeof(Callback)];

    public static TheoryData<string> Settings =>
    [
        .. from type in typeof(Layer).Assembly.GetExportedTypes()
           where !type.IsAbstract && Bases.Any(each => each.IsAssignableFrom(type)) && type.GetConstructors().Length > 0
           from parameter in type.GetConstructors()[0].GetParameters()
           where Wrong(parameter) is not null
           select $"{type.FullName}.{parameter.Name}",
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_wrong_number_is_told_under_its_name(string setting)
    {
        int dot = setting.LastIndexOf('.');
        ConstructorInfo constructor = typeof(Layer).Assembly.GetType(setting[..dot])!.GetConstructors()[0];
        ParameterInfo parameter = constructor.GetParameters().Single(each => each.Name == setting[(dot + 1)..]);
        object?[] arguments = [.. constructor.GetParameters().Select(each => each.HasDefaultValue ? Type.Missing : Right(each))];
        constructor.Invoke(arguments);
        arguments[parameter.Position] = Wrong(parameter);
        Exception? told = Assert.Throws<TargetInvocationException>(() => constructor.Invoke(arguments)).InnerException;
        // A setting that is a property, too, may be told as that.
        Assert.Equal(parameter.Name, Assert.IsType<ArgumentOutOfRangeException>(told).ParamName, ignoreCase: true);
        Assert.Contains(parameter.ParameterType == typeof(int) || parameter.ParameterType == typeof(int?) ? "-1" : "NaN", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_is_told_by_its_items() => Assert.StartsWith(
        "Received boundaries = [5, 2]; expected at least one, each larger than the one before.",
        Assert.Throws<ArgumentOutOfRangeException>(() => new PiecewiseConstantDecay([5, 2], [0.1, 0.2, 0.3])).Message, StringComparison.Ordinal);

    private static object? Wrong(ParameterInfo parameter)
    {
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return (type == typeof(int) ? MayBeNegative : MayBeNaN).Contains(parameter.Name) ? null : WrongNumbers.GetValueOrDefault(type);
    }

    // What a constructor needs besides.
    private static object? Right(ParameterInfo parameter) => parameter.ParameterType.Name switch
    {
        nameof(Int32) => 3,
        nameof(Double) => 0.5,
        nameof(String) => parameter.Name == "equation" ? "ab,bc->ac" : "file{epoch}",
        nameof(Numbers) => (Numbers)(parameter.Member.DeclaringType == typeof(RandomPosterization) ? 2 : 0.5),
        nameof(Size1D) => (Size1D)2,
        nameof(Size2D) => (Size2D)2,
        nameof(Size3D) => (Size3D)2,
        nameof(Axes) => (Axes)1,
        nameof(Shape) => new Shape(3),
        nameof(PartialShape) => (PartialShape)new Shape(3),
        nameof(ActivationFunction) => ActivationFunction.Relu,
        nameof(Layer) => new Dense(3),
        nameof(RecurrentLayer) => new LSTM(3),
        nameof(RecurrentCell) => new LSTMCell(3),
        nameof(Optimizer) => new Adam(),
        nameof(OptimizerMap) => new OptimizerMap(new Adam()),
        nameof(LearningRateSchedule) => (LearningRateSchedule)0.1,
        _ when parameter.ParameterType == typeof(IReadOnlyList<int>) => new[] { 1 },
        _ when parameter.ParameterType == typeof(IReadOnlyList<double>) => new[] { 0.1, 0.2 },
        _ => null,
    };
}
