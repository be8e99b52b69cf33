using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet;

/// <summary>The layers of this library, by the names model files use.</summary>
internal static class BuiltInLayers
{
    private const string FunctionInFile = "A layer has a function as a setting, as Lambda does, which no file can hold: files hold names, never code. Write a layer class "
        + "and register it (Layer.Registry.Register). SaveWeights and BackupAndRestore work without.";

    // Here and not in Layer, so that a model that is neither saved nor loaded does not wait for it.
    public static ClassRegistry<Layer> Registry { get; } = Create();

    private static ClassRegistry<Layer> Create()
    {
        ClassRegistry<Layer> registry = new("layer", (layer, config) => layer.ReadCommon(config), "name", "trainable", "dtype", "frozen", "activity_regularizer");
        SettingValues.Add<Size2D>(size => new JsonArray(size.Height, size.Width), node => new Size2D(node[0]!.GetValue<int>(), node[1]!.GetValue<int>()));
        SettingValues.Add<Size1D>(size => size.Length, node => new Size1D(node.GetValue<int>()));
        SettingValues.Add<Size3D>(size => new JsonArray(size.Depth, size.Height, size.Width), node => new Size3D(node[0]!.GetValue<int>(), node[1]!.GetValue<int>(), node[2]!.GetValue<int>()));
        SettingValues.Add<Margins1D>(margins => margins.Before == margins.After ? margins.Before : Pair((margins.Before, margins.After)), node => node is JsonArray ? ReadPair(node) : node.GetValue<int>());
        SettingValues.Add<Margins2D>(margins => new JsonArray([.. margins.Pairs.Select(Pair)]), node => new Margins2D(ReadPair(node[0]), ReadPair(node[1])));
        SettingValues.Add<Margins3D>(margins => new JsonArray([.. margins.Pairs.Select(Pair)]), node => new Margins3D(ReadPair(node[0]), ReadPair(node[1]), ReadPair(node[2])));
        SettingValues.Add<IReadOnlyList<RecurrentCell>>(
            cells => new JsonArray([.. cells.Select(cell => (JsonNode)registry.Serialize(cell))]), node => [.. node.AsArray().Select(cell => (RecurrentCell)registry.Deserialize(cell))]);
        SettingValues.Add<ActivationFunction>(function => function.ForFile(), ActivationFunction.FromFile);
        SettingValues.Add<Func<Tensor, Tensor>>(_ => throw new ArgumentException(FunctionInFile), _ => throw new FormatException(FunctionInFile));
        // Of these families are settings of layers. Named here, since a trimmed program that uses none of their classes would lose the registries.
        _ = (Initializer.Registry, Regularizer.Registry, Constraint.Registry);
        registry.RegisterBuiltIn<Input>();
        registry.RegisterBuiltIn<Dense>();
        registry.RegisterBuiltIn<Conv2D>();
        registry.RegisterBuiltIn<Conv1D>();
        registry.RegisterBuiltIn<Conv3D>();
        registry.RegisterBuiltIn<Conv1DTranspose>();
        registry.RegisterBuiltIn<Conv2DTranspose>();
        registry.RegisterBuiltIn<Conv3DTranspose>();
        registry.RegisterBuiltIn<DepthwiseConv1D>();
        registry.RegisterBuiltIn<DepthwiseConv2D>();
        registry.RegisterBuiltIn<SeparableConv1D>();
        registry.RegisterBuiltIn<SeparableConv2D>();
        registry.RegisterBuiltIn<MaxPooling2D>();
        registry.RegisterBuiltIn<AveragePooling2D>();
        registry.RegisterBuiltIn<GlobalAveragePooling2D>();
        registry.RegisterBuiltIn<GlobalAveragePooling1D>();
        registry.RegisterBuiltIn<MaxPooling1D>();
        registry.RegisterBuiltIn<MaxPooling3D>();
        registry.RegisterBuiltIn<AveragePooling1D>();
        registry.RegisterBuiltIn<AveragePooling3D>();
        registry.RegisterBuiltIn<GlobalMaxPooling1D>();
        registry.RegisterBuiltIn<GlobalMaxPooling2D>();
        registry.RegisterBuiltIn<GlobalMaxPooling3D>();
        registry.RegisterBuiltIn<GlobalAveragePooling3D>();
        registry.RegisterBuiltIn<AdaptiveAveragePooling1D>();
        registry.RegisterBuiltIn<AdaptiveAveragePooling2D>();
        registry.RegisterBuiltIn<AdaptiveAveragePooling3D>();
        registry.RegisterBuiltIn<AdaptiveMaxPooling1D>();
        registry.RegisterBuiltIn<AdaptiveMaxPooling2D>();
        registry.RegisterBuiltIn<AdaptiveMaxPooling3D>();
        registry.RegisterBuiltIn<DistanceWeightedPooling2D>();
        registry.RegisterBuiltIn<Cropping1D>();
        registry.RegisterBuiltIn<Cropping2D>();
        registry.RegisterBuiltIn<Cropping3D>();
        registry.RegisterBuiltIn<ZeroPadding1D>();
        registry.RegisterBuiltIn<ZeroPadding2D>();
        registry.RegisterBuiltIn<ZeroPadding3D>();
        registry.RegisterBuiltIn<UpSampling1D>();
        registry.RegisterBuiltIn<UpSampling2D>();
        registry.RegisterBuiltIn<UpSampling3D>();
        registry.RegisterBuiltIn<Masking>();
        registry.RegisterBuiltIn<Embedding>();
        registry.RegisterBuiltIn<Flatten>();
        registry.RegisterBuiltIn<Reshape>();
        registry.RegisterBuiltIn<Activation>();
        registry.RegisterBuiltIn<Dropout>();
        registry.RegisterBuiltIn<ActivityRegularization>();
        registry.RegisterBuiltIn<ReLU>();
        registry.RegisterBuiltIn<LeakyReLU>();
        registry.RegisterBuiltIn<ELU>();
        registry.RegisterBuiltIn<PReLU>();
        registry.RegisterBuiltIn<Softmax>();
        registry.RegisterBuiltIn<Layers.Identity>();
        registry.RegisterBuiltIn<Lambda>();
        registry.RegisterBuiltIn<Permute>();
        registry.RegisterBuiltIn<RepeatVector>();
        registry.RegisterBuiltIn<EinsumDense>();
        registry.RegisterBuiltIn<SpatialDropout1D>();
        registry.RegisterBuiltIn<SpatialDropout2D>();
        registry.RegisterBuiltIn<SpatialDropout3D>();
        registry.RegisterBuiltIn<GaussianNoise>();
        registry.RegisterBuiltIn<GaussianDropout>();
        registry.RegisterBuiltIn<AlphaDropout>();
        registry.RegisterBuiltIn<Rescaling>();
        registry.RegisterBuiltIn<BatchNormalization>();
        registry.RegisterBuiltIn<GroupNormalization>();
        registry.RegisterBuiltIn<UnitNormalization>();
        registry.RegisterBuiltIn<SpectralNormalization>();
        registry.RegisterBuiltIn<LocalResponseNormalization>();
        registry.RegisterBuiltIn<Normalization>();
        registry.RegisterBuiltIn<LayerNormalization>();
        registry.RegisterBuiltIn<LayerScale>();
        registry.RegisterBuiltIn<RMSNormalization>();
        registry.RegisterBuiltIn<Attention>();
        registry.RegisterBuiltIn<AdditiveAttention>();
        registry.RegisterBuiltIn<MultiHeadAttention>();
        // In Keras the class has another name than the layer.
        registry.RegisterBuiltIn<GroupQueryAttention>("GroupedQueryAttention");
        registry.RegisterBuiltIn<TransformerEncoder>();
        registry.RegisterBuiltIn<TransformerDecoder>();
        registry.RegisterBuiltIn<SinePositionEncoding>();
        registry.RegisterBuiltIn<ClassToken>();
        registry.RegisterBuiltIn<PositionEmbedding>();
        registry.RegisterBuiltIn<RotaryEmbedding>();
        registry.RegisterBuiltIn<ReversibleEmbedding>();
        registry.RegisterBuiltIn<TokenAndPositionEmbedding>();
        registry.RegisterBuiltIn<STFTSpectrogram>();
        registry.RegisterBuiltIn<MelSpectrogram>();
        registry.RegisterBuiltIn<Resizing>();
        registry.RegisterBuiltIn<CenterCrop>();
        registry.RegisterBuiltIn<RandomCrop>();
        registry.RegisterBuiltIn<RandomFlip>();
        registry.RegisterBuiltIn<RandomRotation>();
        registry.RegisterBuiltIn<RandomTranslation>();
        registry.RegisterBuiltIn<RandomZoom>();
        registry.RegisterBuiltIn<RandomShear>();
        registry.RegisterBuiltIn<RandomPerspective>();
        registry.RegisterBuiltIn<RandomElasticTransform>();
        registry.RegisterBuiltIn<RandomBrightness>();
        registry.RegisterBuiltIn<RandomContrast>();
        registry.RegisterBuiltIn<RandomSaturation>();
        registry.RegisterBuiltIn<RandomHue>();
        registry.RegisterBuiltIn<RandomColorJitter>();
        registry.RegisterBuiltIn<RandomColorDegeneration>();
        registry.RegisterBuiltIn<RandomGrayscale>();
        registry.RegisterBuiltIn<RandomInvert>();
        registry.RegisterBuiltIn<RandomPosterization>();
        registry.RegisterBuiltIn<RandomSharpness>();
        registry.RegisterBuiltIn<RandomGaussianBlur>();
        registry.RegisterBuiltIn<RandomErasing>();
        registry.RegisterBuiltIn<Solarization>();
        registry.RegisterBuiltIn<Equalization>();
        registry.RegisterBuiltIn<ContrastLimitedAdaptiveHistogramEqualization>();
        registry.RegisterBuiltIn<AutoContrast>();
        registry.RegisterBuiltIn<MixUp>();
        registry.RegisterBuiltIn<CutMix>();
        registry.RegisterBuiltIn<RandAugment>();
        registry.RegisterBuiltIn<AugMix>();
        registry.RegisterBuiltIn<MaxNumBoundingBoxes>();
        registry.RegisterBuiltIn<Add>();
        registry.RegisterBuiltIn<Subtract>();
        registry.RegisterBuiltIn<Multiply>();
        registry.RegisterBuiltIn<Average>();
        registry.RegisterBuiltIn<Maximum>();
        registry.RegisterBuiltIn<Minimum>();
        registry.RegisterBuiltIn<Dot>();
        registry.RegisterBuiltIn<Concatenate>();
        registry.RegisterBuiltIn<SimpleRNNCell>();
        registry.RegisterBuiltIn<LSTMCell>();
        registry.RegisterBuiltIn<GRUCell>();
        registry.RegisterBuiltIn<StackedRNNCells>();
        registry.RegisterBuiltIn<RNN>();
        registry.RegisterBuiltIn<SimpleRNN>();
        registry.RegisterBuiltIn<LSTM>();
        registry.RegisterBuiltIn<GRU>();
        registry.RegisterBuiltIn<ConvLSTM1D>();
        registry.RegisterBuiltIn<ConvLSTM2D>();
        registry.RegisterBuiltIn<ConvLSTM3D>();
        registry.RegisterBuiltIn<Bidirectional>();
        registry.RegisterBuiltIn<Checkpointed>();
        registry.RegisterBuiltIn<TimeDistributed>();
        // What their layers are is no setting of a constructor.
        registry.Register(Sequential.FromConfig);
        registry.Register(Model.FromConfig);
        return registry;

        static JsonNode Pair((int Before, int After) cells) => new JsonArray(cells.Before, cells.After);

        static (int Before, int After) ReadPair(JsonNode? cells) => (cells![0]!.GetValue<int>(), cells[1]!.GetValue<int>());
    }
}
