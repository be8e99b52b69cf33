using System.Text.Json;
using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Regularizers;
using Laminet.Verification;
using Laminet.Verification.Metrics;

namespace Laminet.Tests.Saving;

/// <summary>Every class of every family is registered, can be made by name, and comes back from its settings whatever they are.</summary>
public abstract class FamilyTests<T> where T : class, IConfigurable
{
    protected abstract ClassRegistry<T> Registry { get; }

    protected abstract string Family { get; }

    /// <summary>The classes that can be made without settings.</summary>
    protected virtual IEnumerable<Type> Classes => Families.ClassesOf<T>();

    /// <summary>Keras's strings and the class each must give.</summary>
    protected abstract IReadOnlyList<(string Name, Type Type)> Names { get; }

    [Fact]
    public void Every_class_is_registered_and_sealed()
    {
        foreach (Type type in Classes)
        {
            Assert.IsType(type, Registry.Create(type.Name, Needed(type.Name)));
            Assert.True(type.IsSealed, $"{type.Name} is neither abstract nor sealed.");
        }
    }

    [Fact]
    public void Every_setting_survives_writing_and_reading()
    {
        foreach (Type type in Classes)
        {
            JsonObject defaults = Registry.Create(type.Name, Needed(type.Name)).GetConfig();
            AssertRoundTrip(type.Name, defaults);
            foreach (string setting in defaults.Select(pair => pair.Key))
            {
                JsonObject changed = defaults.DeepClone().AsObject();
                changed[setting] = Changed(setting, defaults[setting]);
                AssertRoundTrip(type.Name, changed);
            }
        }
    }

    [Fact]
    public void Names_of_Keras_are_known()
    {
        foreach ((string name, Type type) in Names)
            Assert.IsType(type, FromString(name));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => FromString("nonsense"));
        Assert.StartsWith($"There is no {Family} named 'nonsense'. Known: ", exception.Message, StringComparison.Ordinal);
        foreach (Type type in Families.ClassesOf<T>())
            Assert.Contains(type.Name, exception.Message, StringComparison.Ordinal);
    }

    protected abstract T FromString(string name);

    /// <summary>The settings without which a class cannot be made.</summary>
    protected virtual JsonObject Needed(string name) => [];

    private void AssertRoundTrip(string name, JsonObject config)
    {
        // Through text, as a file does.
        JsonObject written = new() { ["class_name"] = name, ["config"] = config.DeepClone() };
        T made = Registry.Deserialize(JsonNode.Parse(written.ToJsonString()));
        Assert.Equal(written.ToJsonString(), Registry.Serialize(made).ToJsonString());
    }

    private static JsonNode? Changed(string setting, JsonNode? value) => (setting, value?.GetValueKind()) switch
    {
        ("k" or "num_thresholds" or "num_classes" or "num_outputs" or "num_regressors", _) => value!.GetValue<int>() + 1,
        ("target_class_ids", _) => new JsonArray(1),
        // Needs a second setting.
        ("multi_label", _) => false,
        ("p", _) => 1,
        ("average", _) => "weighted",
        ("class_aggregation", _) => "none",
        ("summation_method", _) => "majoring",
        ("reduction", _) => "sum",
        ("curve", _) => "PR",
        ("mode", _) => value!.GetValue<string>() == "rows" ? "columns" : "fan_out",
        ("axis", _) => 1,
        ("side", _) => "imag",
        ("scaling", _) => "spectrum",
        ("window", _) => "hamming",
        ("distribution", _) => "uniform",
        ("exclude_from_weight_decay", _) => new JsonArray("bias", "scale"),
        ("ns_steps" or "warmup_steps", _) => value!.GetValue<int>() + 1,
        ("exclude_layers", _) => new JsonArray("output"),
        ("eta_plus", _) => 1.5,
        ("loss", _) => Loss.Registry.Serialize(new Huber(0.5)),
        (_, JsonValueKind.String) => "another",
        (_, JsonValueKind.True or JsonValueKind.False) => !value!.GetValue<bool>(),
        (_, JsonValueKind.Number) => (value!.GetValue<double>() / 2) + 0.125,
        _ => 0.375,
    };
}

public sealed class LossFamilyTests : FamilyTests<Loss>
{
    protected override ClassRegistry<Loss> Registry => Loss.Registry;

    protected override string Family => "loss";

    protected override IReadOnlyList<(string Name, Type Type)> Names =>
    [
        ("sparse_categorical_crossentropy", typeof(SparseCategoricalCrossentropy)),
        ("categorical_crossentropy", typeof(CategoricalCrossentropy)),
        ("binary_crossentropy", typeof(BinaryCrossentropy)),
        ("mse", typeof(Laminet.Losses.MeanSquaredError)),
        ("mean_absolute_error", typeof(Laminet.Losses.MeanAbsoluteError)),
        ("huber", typeof(Huber)),
        ("poisson", typeof(Poisson)),
        ("mape", typeof(Laminet.Losses.MeanAbsolutePercentageError)), ("MAPE", typeof(Laminet.Losses.MeanAbsolutePercentageError)),
        ("msle", typeof(Laminet.Losses.MeanSquaredLogarithmicError)), ("mean_squared_logarithmic_error", typeof(Laminet.Losses.MeanSquaredLogarithmicError)),
        ("logcosh", typeof(LogCosh)), ("log_cosh", typeof(LogCosh)), ("cosine_similarity", typeof(Laminet.Losses.CosineSimilarity)),
        ("kld", typeof(Laminet.Losses.KLDivergence)), ("kl_divergence", typeof(Laminet.Losses.KLDivergence)), ("hinge", typeof(Laminet.Losses.Hinge)),
        ("squared_hinge", typeof(Laminet.Losses.SquaredHinge)), ("categorical_hinge", typeof(Laminet.Losses.CategoricalHinge)),
        ("binary_focal_crossentropy", typeof(BinaryFocalCrossentropy)), ("categorical_focal_crossentropy", typeof(CategoricalFocalCrossentropy)),
        ("categorical_generalized_cross_entropy", typeof(CategoricalGeneralizedCrossEntropy)), ("dice", typeof(Dice)), ("tversky", typeof(Tversky)),
        ("circle", typeof(Circle)), ("ctc", typeof(CTC)), ("gaussian_nll", typeof(GaussianNLL)), ("generalized_iou", typeof(GeneralizedIoU)), ("triplet_margin", typeof(TripletMargin)),
        ("cosine_embedding", typeof(CosineEmbedding)),
    ];

    protected override Loss FromString(string name) => name;
}

public sealed class MetricFamilyTests : FamilyTests<Metric>
{
    protected override ClassRegistry<Metric> Registry => Metric.Registry;

    protected override string Family => "metric";

    protected override IReadOnlyList<(string Name, Type Type)> Names =>
    [
        ("accuracy", typeof(AutomaticAccuracy)),
        ("acc", typeof(AutomaticAccuracy)),
        ("Accuracy", typeof(Accuracy)),
        ("binary_accuracy", typeof(BinaryAccuracy)),
        ("sparse_categorical_accuracy", typeof(SparseCategoricalAccuracy)),
        ("sparse_top_k_categorical_accuracy", typeof(SparseTopKCategoricalAccuracy)),
        ("mae", typeof(Laminet.Metrics.MeanAbsoluteError)),
        ("auc", typeof(AUC)),
        ("precision", typeof(Precision)),
        ("recall", typeof(Recall)),
        ("mean", typeof(Mean)),
        ("true_positives", typeof(TruePositives)), ("false_positives", typeof(FalsePositives)), ("true_negatives", typeof(TrueNegatives)), ("false_negatives", typeof(FalseNegatives)),
        ("rmse", typeof(RootMeanSquaredError)), ("root_mean_squared_error", typeof(RootMeanSquaredError)), ("r2_score", typeof(R2Score)), ("mape", typeof(Laminet.Metrics.MeanAbsolutePercentageError)),
        ("msle", typeof(Laminet.Metrics.MeanSquaredLogarithmicError)), ("cosine_similarity", typeof(Laminet.Metrics.CosineSimilarity)), ("kld", typeof(Laminet.Metrics.KLDivergence)),
        ("hinge", typeof(Laminet.Metrics.Hinge)), ("squared_hinge", typeof(Laminet.Metrics.SquaredHinge)), ("categorical_hinge", typeof(Laminet.Metrics.CategoricalHinge)),
        ("binary_iou", typeof(BinaryIoU)), ("sum", typeof(Sum)), ("pearson_correlation", typeof(PearsonCorrelation)), ("concordance_correlation", typeof(ConcordanceCorrelation)),
        ("binary_crossentropy", typeof(LossMetric)), ("bce", typeof(LossMetric)), ("sparse_categorical_crossentropy", typeof(LossMetric)), ("poisson", typeof(LossMetric)),
        ("huber", typeof(LossMetric)), ("log_cosh", typeof(LossMetric)), ("binary_focal_crossentropy", typeof(LossMetric)),
    ];

    protected override JsonObject Needed(string name) => MetricExamples.Needed(name);

    protected override Metric FromString(string name) => name;
}

public sealed class OptimizerFamilyTests : FamilyTests<Optimizer>
{
    protected override ClassRegistry<Optimizer> Registry => Optimizer.Registry;

    protected override string Family => "optimizer";

    protected override IReadOnlyList<(string Name, Type Type)> Names =>
    [
        ("sgd", typeof(SGD)), ("adam", typeof(Adam)), ("adamw", typeof(AdamW)), ("rmsprop", typeof(RMSprop)),
        ("adagrad", typeof(Adagrad)), ("adadelta", typeof(Adadelta)), ("adamax", typeof(Adamax)), ("nadam", typeof(Nadam)), ("ftrl", typeof(Ftrl)), ("lion", typeof(Lion)),
        ("rprop", typeof(Rprop)), ("lamb", typeof(Lamb)), ("adafactor", typeof(Adafactor)), ("muon", typeof(Muon)), ("schedulefreeadamw", typeof(ScheduleFreeAdamW)),
    ];

    // Those that wrap others are tested with some inside: OptimizerOptionTests.
    protected override IEnumerable<Type> Classes => base.Classes.Except([typeof(LossScaleOptimizer), typeof(MultiOptimizer)]);

    protected override Optimizer FromString(string name) => name;
}

public sealed class InitializerFamilyTests : FamilyTests<Initializer>
{
    protected override ClassRegistry<Initializer> Registry => Initializer.Registry;

    protected override string Family => "initializer";

    protected override IReadOnlyList<(string Name, Type Type)> Names =>
    [
        ("zeros", typeof(Zeros)), ("ones", typeof(Ones)), ("constant", typeof(Constant)), ("random_normal", typeof(RandomNormal)),
        ("truncated_normal", typeof(TruncatedNormal)), ("glorot_uniform", typeof(GlorotUniform)), ("he_normal", typeof(HeNormal)),
        ("lecun_normal", typeof(LecunNormal)), ("variance_scaling", typeof(VarianceScaling)), ("orthogonal", typeof(Orthogonal)),
        ("identity", typeof(Identity)),
    ];

    protected override Initializer FromString(string name) => name;
}

public sealed class RegularizerFamilyTests : FamilyTests<Regularizer>
{
    protected override ClassRegistry<Regularizer> Registry => Regularizer.Registry;

    protected override string Family => "regularizer";

    protected override IReadOnlyList<(string Name, Type Type)> Names => [("l1", typeof(L1)), ("l2", typeof(L2)), ("l1_l2", typeof(L1L2)), ("orthogonal_regularizer", typeof(OrthogonalRegularizer))];

    protected override Regularizer FromString(string name) => name;
}

public sealed class ConstraintFamilyTests : FamilyTests<Constraint>
{
    protected override ClassRegistry<Constraint> Registry => Constraint.Registry;

    protected override string Family => "constraint";

    protected override IReadOnlyList<(string Name, Type Type)> Names =>
        [("max_norm", typeof(MaxNorm)), ("min_max_norm", typeof(MinMaxNorm)), ("non_neg", typeof(NonNeg)), ("unit_norm", typeof(UnitNorm))];

    protected override Constraint FromString(string name) => name;
}
