using System.Reflection;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Tests.Configuration;

public class ConventionTests
{
    // Made of layers, which are no settings of a constructor.
    private static readonly string[] Departing = ["Model", "Sequential"];

    [Fact]
    public void Every_configurable_class_keeps_to_the_convention_but_those_listed()
    {
        foreach (Type type in typeof(Layer).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(IConfigurable)) && !type.IsAbstract))
        {
            if (!Departing.Contains(type.Name))
                new Convention(type).Check();
            MethodInfo getConfig = type.GetMethod(nameof(IConfigurable.GetConfig))!;
            Assert.True(getConfig.DeclaringType!.IsAbstract || Departing.Contains(getConfig.DeclaringType.Name), $"{type.Name} writes its configuration by hand.");
        }
    }

    [Fact]
    public void A_users_class_is_registered_in_one_line_and_keeps_settings_name_trainable_and_type()
    {
        Layer.Registry.Register<Gate>("gate");
        Gate gate = new(0.5, (3, 2), [4, -1], Mode.LeftRight, new Constant(2), new L2(0.25), "tanh") { Name = "mine", Trainable = false, DType = DType.Float64 };
        JsonObject written = Layer.Registry.Serialize(gate);
        Assert.Equal(
            """{"class_name":"Gate","config":{"name":"mine","trainable":false,"dtype":"Float64","start":0.5,"size":[3,2],"lengths":[4,-1],"way":"left_right","initializer":{"class_name":"Constant","config":{"value":2}},"regularizer":{"class_name":"L2","config":{"l2":0.25}},"activation":"tanh","words":["a"],"rate":null}}""",
            written.ToJsonString());
        Gate read = Assert.IsType<Gate>(Layer.Registry.Deserialize(JsonNode.Parse(written.ToJsonString())));
        Assert.Equal(written.ToJsonString(), Layer.Registry.Serialize(read).ToJsonString());
        Assert.Equal((0.5, "mine", false, DType.Float64), (read.Start, read.Name, read.Trainable, read.DType));
        Assert.Equal([4, -1], read.Lengths);
    }

    [Theory]
    [InlineData("""{"start": "much"}""", "The setting 'start' must be of type Double; received \"much\".")]
    [InlineData("""{"start": 1, "way": "up"}""", "The setting 'way' is 'up'; known are left_right, down.")]
    [InlineData("""{"size": [1, 2]}""", "A Gate needs the setting 'start'.")]
    [InlineData("""{"start": 1, "strat": 2}""", "There is no setting 'strat'. Did you mean 'start'? Known: start, size, lengths, way, initializer, regularizer, activation, words, rate, name, trainable, dtype, frozen, activity_regularizer.")]
    [InlineData("""{"start": 1, "initializer": 5}""", "The setting 'initializer' must be of type Initializer; received 5.")]
    public void Wrong_settings_are_told(string config, string message)
    {
        Layer.Registry.Register<Gate>("gate");
        JsonObject json = new() { ["class_name"] = "Gate", ["config"] = JsonNode.Parse(config) };
        Assert.Contains(message, Assert.Throws<FormatException>(() => Layer.Registry.Deserialize(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_departs_from_the_convention_is_told_at_its_registration()
    {
        Assert.Equal(
            "The constructor of Hidden has a parameter 'delta' and no public property of that name, so the setting cannot be saved. Add the property, or register the class "
            + "with a factory and override GetConfig.",
            Assert.Throws<ArgumentException>(() => Loss.Registry.Register<Hidden>()).Message);
    }

    [Fact]
    public void A_setting_that_no_file_can_hold_is_told_at_the_registration() => Assert.StartsWith(
        "The setting 'when' of Dated is of type DateTime, which a file cannot store. Use numbers, text,", Assert.Throws<ArgumentException>(() => Loss.Registry.Register<Dated>()).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_wrong_within_a_nested_setting_is_said()
    {
        JsonObject json = new() { ["class_name"] = "Dense", ["config"] = JsonNode.Parse("""{"units": 1, "kernel_initializer": {"class_name": "Constant", "config": {"valeu": 1}}}""") };
        Assert.Contains("There is no setting 'valeu'. Did you mean 'value'?", Assert.Throws<FormatException>(() => Layer.Registry.Deserialize(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_factory_reads_any_number() => Assert.Equal(((byte)7, (short)-3), (Read("7").Get("a", (byte)1), Read("-3").Get("a", (short)1)));

    private static JsonObject Read(string value) => JsonNode.Parse($$"""{"a": {{value}}}""")!.AsObject();

    private enum Mode
    {
        LeftRight,
        Down,
    }

    private sealed class Gate(
        double start, Size2D? size = null, int[]? lengths = null, Mode way = Mode.Down, Initializer? initializer = null, Regularizer? regularizer = null,
        ActivationFunction? activation = null, IReadOnlyList<string>? words = null, double? rate = 0.5) : Layer
    {
        public double Start { get; } = start;

        public Size2D Size { get; } = size ?? 1;

        public IReadOnlyList<int> Lengths { get; } = lengths ?? [];

        public Mode Way { get; } = way;

        public Initializer? Initializer { get; } = initializer;

        public Regularizer? Regularizer { get; } = regularizer;

        public ActivationFunction? Activation { get; } = activation;

        public IReadOnlyList<string> Words { get; } = words ?? ["a"];

        public double? Rate { get; } = rate > 0.4 ? null : rate;

        protected override Tensor Forward(Tensor input, CallContext context) => input;
    }

    private sealed class Dated(DateTime when) : Loss(LossReduction.Sum, "dated")
    {
        public DateTime When { get; } = when;

        protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => yPred;
    }

    private sealed class Hidden(double delta) : Loss(LossReduction.Sum, "hidden")
    {
        protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => yPred * delta;
    }
}
