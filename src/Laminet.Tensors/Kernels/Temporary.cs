namespace Laminet.Tensors.Kernels;
internal readonly record struct PoolingGeometry(int Batch, int Height, int Width, int Channels, int WindowHeight, int WindowWidth, int OutHeight, int OutWidth, int StrideH, int StrideW, int PadTop, int PadLeft);
internal static unsafe class Pooling {
 public static void Max<T>(in PoolingGeometry g, T* x, T* y) where T : unmanaged => throw new NotImplementedException();
 public static void MaxScatter<T>(in PoolingGeometry g, T* x, T* y, T* z) where T : unmanaged => throw new NotImplementedException();
 public static void MaxGather<T>(in PoolingGeometry g, T* x, T* y, T* z) where T : unmanaged => throw new NotImplementedException();
 public static void Average<T>(in PoolingGeometry g, T* x, T* y, bool c) where T : unmanaged => throw new NotImplementedException();
 public static void AverageGradient<T>(in PoolingGeometry g, T* x, T* y, bool c) where T : unmanaged => throw new NotImplementedException();
}
internal static unsafe class Reduction {
 public static void Sum<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged, System.Numerics.INumber<T> { for (int o=0;o<outer;o++) for (int i=0;i<inner;i++) { T s = T.Zero; for (int r=0;r<reduce;r++) s += x[((nint)o*reduce+r)*inner+i]; y[(nint)o*inner+i]=s; } }
 public static void Product<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged => throw new NotImplementedException();
 public static void Max<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged => throw new NotImplementedException();
 public static void Min<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged => throw new NotImplementedException();
}
